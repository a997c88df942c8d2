import type { Brand } from './brand.ts';
import { assertNever } from './assert-never.ts';
import type { AbnormalityKind, ImageKind, Laterality, OfficialSplit, ViewPosition } from './mammogram-terms.ts';

/**
 * `P_` and five digits, or up to seven without a leading zero: a code has one spelling. Shared between the Mass and the Calc tables: one code is one person. A pseudonym
 * has 13 digits or letters (Crockford's base 32, without I, L, O and U).
 */
export type PatientCode = Brand<string, 'PatientCode'>;

/** One breast of one patient in one position. */
export interface ViewRef {
  readonly patient: PatientCode;
  readonly laterality: Laterality;
  readonly position: ViewPosition;
}

/** A view seen through one table: `Mass-Training_P_00001_LEFT_CC`. */
export interface CaseRef extends ViewRef {
  readonly kind: AbnormalityKind;
  readonly split: OfficialSplit;
}

/** What a name in a header or a path says: a case and, for a crop or a mask, the number of its abnormality. */
export interface CaseNameParts extends CaseRef {
  readonly abnormalityNumber: number | undefined;
}

const code = String.raw`P_(?:\d{5}|[1-9]\d{5,6}|[0-9A-HJKMNP-TV-Z]{13})`;
const codePattern = new RegExp(`^${code}$`);
const pattern = new RegExp(String.raw`(Mass|Calc)-(Training|Test)_(${code})_(LEFT|RIGHT)_(CC|MLO)(?:_(\d{1,3}))?(?![\dA-Za-z])`);

/** Reads the first case name in a text (PatientID, folder name, table path); undefined where there is none. */
export function parseCaseName(text: string): CaseNameParts | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, kind, split, patient, laterality, position, number] = match;
  return {
    kind: kind === 'Mass' ? 'MASS' : 'CALCIFICATION',
    split: split === 'Training' ? 'TRAINING' : 'TEST',
    patient: patient as PatientCode,
    laterality: laterality as Laterality,
    position: position as ViewPosition,
    abnormalityNumber: number === undefined ? undefined : Number(number),
  };
}

export function parsePatientCode(text: string): PatientCode | undefined {
  return codePattern.test(text) ? (text as PatientCode) : undefined;
}

/** The word that case names use for a kind: `Mass` or `Calc`. */
export function kindWord(kind: AbnormalityKind): 'Mass' | 'Calc' {
  switch (kind) {
    case 'MASS':
      return 'Mass';
    case 'CALCIFICATION':
      return 'Calc';
    default:
      return assertNever(kind, 'abnormality kind');
  }
}

/** `Mass-Training_P_00001_LEFT_CC` */
export function formatCaseName(ref: CaseRef): string {
  return `${kindWord(ref.kind)}-${ref.split === 'TRAINING' ? 'Training' : 'Test'}_${viewKey(ref)}`;
}

/** `P_00001_LEFT_CC`: the name of a view, and the key of every event about it. */
export function viewKey(ref: ViewRef): string {
  return `${ref.patient}_${ref.laterality}_${ref.position}`;
}

/**
 * The name an image has in the exported tree, without extension: `…_FULL`, `…_CROP_1`, `…_MASK_2`; a further, different file of the same
 * name is `…_MASK_2_v2`.
 * @param variant 1 for the first file of the name
 */
export function formatImageName(ref: CaseRef, image: ImageKind, abnormalityNumber: number | undefined, variant: number): string {
  const number = abnormalityNumber === undefined ? '' : `_${String(abnormalityNumber)}`;
  return `${formatCaseName(ref)}_${image}${number}${variant > 1 ? `_v${String(variant)}` : ''}`;
}
