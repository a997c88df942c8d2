import { formatCaseName, parseCaseName, viewKey } from '@mammoline/kernel';
import type { CaseNameParts, CaseRef, ViewRef } from '@mammoline/kernel';

/** What a file is called. */
export type CaseNaming =
  | {
      readonly kind: 'named';
      readonly case: CaseRef;
      readonly abnormalityNumber: number | undefined;
      readonly quirks: readonly NameQuirk[];
    }
  /** PatientID names a view and no table, and the path does not help: the series' other image or the tables may. */
  | { readonly kind: 'prefixless'; readonly view: ViewRef; readonly abnormalityNumber: number | undefined; readonly patientId: string }
  | { readonly kind: 'unnamed'; readonly reason: string };

/** Something wrong with a name, and how it was read instead. */
export interface NameQuirk {
  readonly kind: 'patient-id-suffix' | 'patient-id-prefix' | 'missing-patient-id' | 'path-contradicts-patient-id';
  readonly was: string;
  readonly now: string;
}

/** Names the case of a file from its PatientID, else from its path. */
export function nameCase(patientId: string | undefined, sourcePath: string): CaseNaming {
  const inPath = caseInPath(sourcePath);
  const id = (patientId ?? '').replace(/\.dcm$/i, '');
  const inId = parseCaseName(id);
  if (inId !== undefined) {
    const abnormalityNumber =
      inId.abnormalityNumber ?? (inPath !== undefined && viewKey(inPath) === viewKey(inId) ? inPath.abnormalityNumber : undefined);
    const quirks: NameQuirk[] = [];
    if (id !== patientId) quirks.push({ kind: 'patient-id-suffix', was: patientId ?? '', now: id });
    if (inPath !== undefined && !isSame(inPath, { ...inId, abnormalityNumber })) {
      quirks.push({ kind: 'path-contradicts-patient-id', was: fullName(inPath), now: fullName({ ...inId, abnormalityNumber }) });
    }
    return { kind: 'named', case: inId, abnormalityNumber, quirks };
  }
  // The view is there and the table's prefix is not: any prefix makes the name readable.
  const view = parseCaseName(`Mass-Training_${id}`);
  if (view !== undefined && id.startsWith('P_')) {
    if (inPath === undefined || viewKey(inPath) !== viewKey(view)) {
      return { kind: 'prefixless', view, abnormalityNumber: view.abnormalityNumber, patientId: patientId ?? '' };
    }
    const abnormalityNumber = view.abnormalityNumber ?? inPath.abnormalityNumber;
    const quirks: NameQuirk[] = [{ kind: 'patient-id-prefix', was: patientId ?? '', now: fullName({ ...inPath, abnormalityNumber }) }];
    if (id !== patientId) quirks.push({ kind: 'patient-id-suffix', was: patientId ?? '', now: id });
    return { kind: 'named', case: inPath, abnormalityNumber, quirks };
  }
  if (inPath === undefined) {
    return { kind: 'unnamed', reason: `no case name in PatientID ${JSON.stringify(patientId ?? '')} nor in the path` };
  }
  const quirk: NameQuirk = { kind: 'missing-patient-id', was: patientId ?? 'no PatientID', now: `${fullName(inPath)}, from the path` };
  return { kind: 'named', case: inPath, abnormalityNumber: inPath.abnormalityNumber, quirks: [quirk] };
}

/** The deepest case name in a path: `…/Mass-Training_P_00001_LEFT_CC_1/…` or an exported `…_LEFT_CC_MASK_1.dcm`. */
function caseInPath(sourcePath: string): CaseNameParts | undefined {
  const parts = sourcePath.split(/[\\/]/);
  for (const part of parts.reverse()) {
    const name = parseCaseName(part);
    if (name === undefined) continue;
    const exported = /_(?:CROP|MASK)_(\d+)/.exec(part)?.[1];
    return exported === undefined ? name : { ...name, abnormalityNumber: Number(exported) };
  }
  return undefined;
}

const isSame = (a: CaseNameParts, b: CaseNameParts): boolean => fullName(a) === fullName(b);

const fullName = (parts: CaseNameParts): string =>
  `${formatCaseName(parts)}${parts.abnormalityNumber === undefined ? '' : `_${String(parts.abnormalityNumber)}`}`;
