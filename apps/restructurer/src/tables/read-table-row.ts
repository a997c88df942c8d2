import type { TableRow } from '@mammoline/catalogue';
import { formatCaseName, parseCaseName, parsePatientCode } from '@mammoline/kernel';
import type { AbnormalityKind, CaseNameParts, Laterality, OfficialSplit, ViewPosition, ViewRef } from '@mammoline/kernel';
import type { TableColumns } from './table-columns.ts';

const valueOf = (record: readonly string[], columns: TableColumns, column: keyof TableColumns['known']): string | undefined => {
  const index = columns.known[column];
  return index === undefined ? undefined : given(record[index]);
};

/** Kind and split come from the case name in the paths, else from the columns and the table's name. @returns what is wrong, where it cannot be used */
export function readRow(record: readonly string[], view: ViewRef, columns: TableColumns, fileName: string): TableRow | string {
  const value = (column: keyof TableColumns['known']): string | undefined => valueOf(record, columns, column);
  const path = (column: 'full' | 'crop' | 'mask'): string | undefined => value(column)?.replaceAll('\\', '/');
  const paths = { fullPath: path('full'), cropPath: path('crop'), maskPath: path('mask') };
  const named = parseCaseName(paths.cropPath ?? '') ?? parseCaseName(paths.maskPath ?? '') ?? parseCaseName(paths.fullPath ?? '');
  const number = toInteger(value('number'), 1, 999);
  if (number === undefined) return `found abnormality id ${JSON.stringify(value('number') ?? '')}; expected a number from 1`;
  const kind = named?.kind ?? kindOf(value('type') ?? fileName);
  const split = named?.split ?? splitOf(fileName);
  if (kind === undefined || split === undefined)
    return 'neither the paths nor the columns nor the file name tell Mass or Calc and Training or Test';
  if (named !== undefined && !isOfView(named, view))
    return `the paths name ${formatCaseName(named)}, the columns ${formatCaseName({ ...view, kind, split })}`;
  const attributes: (readonly [string, string])[] = [];
  for (const { name, index } of columns.others) {
    const text = given(record[index]);
    if (text !== undefined) attributes.push([name, text]);
  }
  return {
    view,
    kind,
    number,
    officialSplit: split,
    breastDensity: toInteger(value('density'), 1, 4),
    pathology: value('pathology'),
    assessment: toInteger(value('assessment'), 0, 6),
    subtlety: toInteger(value('subtlety'), 1, 5),
    attributes: Object.fromEntries(attributes),
    ...paths,
  };
}

/** @returns what is wrong, where it names none */
export function readView(record: readonly string[], columns: TableColumns): ViewRef | string {
  const patientText = valueOf(record, columns, 'patient');
  const patient = parsePatientCode(patientText ?? '');
  if (patient === undefined)
    return `found patient ${JSON.stringify(patientText ?? '')}; expected P_ and five to seven digits, or a pseudonym`;
  const lateralityText = valueOf(record, columns, 'laterality');
  const laterality = lateralityOf(lateralityText);
  if (laterality === undefined) return `found side ${JSON.stringify(lateralityText ?? '')}; expected LEFT or RIGHT`;
  const positionText = valueOf(record, columns, 'position');
  const position = positionOf(positionText);
  if (position === undefined) return `found view ${JSON.stringify(positionText ?? '')}; expected CC or MLO`;
  return { patient, laterality, position };
}

/** Trimmed (most paths end in a line feed); undefined for what the tables spell as nothing. */
function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  // None of these is longer: most values are paths.
  if (trimmed.length > 4) return trimmed;
  return /^(?:|n\/?a|nan|none|null)$/i.test(trimmed) ? undefined : trimmed;
}

/** Undefined outside the scale: the tables write density 0 and subtlety 0 for "not given". */
function toInteger(text: string | undefined, min: number, max: number): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

const isOfView = (named: CaseNameParts, view: ViewRef): boolean =>
  named.patient === view.patient && named.laterality === view.laterality && named.position === view.position;

const lateralityOf = (text: string | undefined): Laterality | undefined =>
  text?.toUpperCase() === 'LEFT' ? 'LEFT' : text?.toUpperCase() === 'RIGHT' ? 'RIGHT' : undefined;

const positionOf = (text: string | undefined): ViewPosition | undefined =>
  text?.toUpperCase() === 'CC' ? 'CC' : text?.toUpperCase() === 'MLO' ? 'MLO' : undefined;

const kindOf = (text: string): AbnormalityKind | undefined =>
  /calc/i.test(text) ? 'CALCIFICATION' : /mass/i.test(text) ? 'MASS' : undefined;

const splitOf = (fileName: string): OfficialSplit | undefined =>
  /train/i.test(fileName) ? 'TRAINING' : /test/i.test(fileName) ? 'TEST' : undefined;
