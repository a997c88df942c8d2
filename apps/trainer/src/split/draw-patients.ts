import { sha256Of, type PatientCode } from '@mammoline/kernel';

/**
 * Parts patients by a seeded draw. Each patient has a place of its own in the draw, from the seed and the code alone, so that a patient
 * who joins the data later moves nobody else but those at the border.
 * @param share of the patients that are drawn, 0 to 1; at least one is drawn and one left where there are two
 */
export function drawPatients(
  patients: readonly PatientCode[],
  share: number,
  seed: number,
  purpose: string,
): { readonly drawn: readonly PatientCode[]; readonly left: readonly PatientCode[] } {
  const place = (patient: PatientCode): string => sha256Of(`${purpose}:${String(seed)}:${patient}`);
  const ordered = [...new Set(patients)].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const wanted = Math.round(ordered.length * share);
  const count = ordered.length < 2 ? 0 : Math.min(Math.max(wanted, 1), ordered.length - 1);
  return { drawn: ordered.slice(0, count).sort(), left: ordered.slice(count).sort() };
}
