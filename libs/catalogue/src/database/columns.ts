import type { BlobRef } from '@mammoline/contracts';
import { bug, parsePatientCode, parseSha256, type Laterality, type PatientCode, type ViewPosition, type ViewRef } from '@mammoline/kernel';

/** NULL is undefined on our side. */
export function orUndefined<T>(value: T | null): T | undefined {
  return value ?? undefined;
}

export function toBlobRef(row: { readonly sha256: string; readonly sizeBytes: bigint | number; readonly uri: string }): BlobRef {
  return { sha256: parseSha256(row.sha256), sizeBytes: Number(row.sizeBytes), uri: row.uri };
}

export function toPatientCode(code: string): PatientCode {
  const parsed = parsePatientCode(code);
  if (parsed === undefined)
    throw bug(`the catalogue holds the patient code ${JSON.stringify(code)}, expected P_ and five to seven digits, or a pseudonym`);
  return parsed;
}

/** The columns that make a view's key. */
export interface ViewColumns {
  readonly patientCode: string;
  readonly laterality: Laterality;
  readonly position: ViewPosition;
}

export function toViewRef(row: ViewColumns): ViewRef {
  return { patient: toPatientCode(row.patientCode), laterality: row.laterality, position: row.position };
}
