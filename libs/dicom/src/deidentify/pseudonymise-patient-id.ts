import { formatCaseName, parseCaseName, viewKey } from '@mammoline/kernel';
import type { CaseNameParts } from '@mammoline/kernel';
import type { Pseudonyms } from './pseudonyms.ts';

/**
 * A PatientID with a pseudonym in place of the patient: what it says of case, view and abnormality stays, built anew from what could be read of it; any other id becomes a
 * code as a whole. Nothing stays nothing.
 */
export function pseudonymisePatientId(patientId: string, pseudonyms: Pseudonyms): string {
  const id = patientId.replaceAll('\0', '').trim();
  if (id === '') return '';
  return pseudonymiseCaseName(id, pseudonyms) ?? prefixless(id, pseudonyms) ?? pseudonyms.patientCode(id);
}

/** `Mass-Training_P_00001_LEFT_CC_1`, undefined where the text has no case name in it. */
export function pseudonymiseCaseName(text: string, pseudonyms: Pseudonyms): string | undefined {
  const parts = parseCaseName(text);
  if (parts === undefined) return undefined;
  return formatCaseName({ ...parts, patient: pseudonyms.patientCode(parts.patient) }) + numberOf(parts);
}

/** As some series of CBIS-DDSM have it: `P_00038_LEFT_CC_1`. Any table's prefix makes it readable. */
function prefixless(id: string, pseudonyms: Pseudonyms): string | undefined {
  const parts = id.startsWith('P_') ? parseCaseName(`Mass-Training_${id}`) : undefined;
  return parts === undefined ? undefined : viewKey({ ...parts, patient: pseudonyms.patientCode(parts.patient) }) + numberOf(parts);
}

const numberOf = ({ abnormalityNumber }: CaseNameParts): string => (abnormalityNumber === undefined ? '' : `_${String(abnormalityNumber)}`);
