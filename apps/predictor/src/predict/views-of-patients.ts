import type { CatalogueReader, ViewRecord } from '@mammoline/catalogue';
import type { AbnormalityKind, PatientCode } from '@mammoline/kernel';

/** Four views a patient at most: a page holds them all. */
const patientsAtOnce = 250;

/** All views of the patients that have something of the kind (undefined: of any kind), in the catalogue's order of the patients. */
export async function viewsOfPatients(
  patients: readonly PatientCode[],
  kind: AbnormalityKind | undefined,
  catalogue: Pick<CatalogueReader, 'listViews'>,
): Promise<readonly ViewRecord[]> {
  const sorted = patients.toSorted();
  const found: ViewRecord[] = [];
  for (let at = 0; at < sorted.length; at += patientsAtOnce) {
    const filter = { kind, patients: sorted.slice(at, at + patientsAtOnce) };
    found.push(...(await catalogue.listViews(filter, { pageSize: 4 * patientsAtOnce, pageToken: undefined })).rows);
  }
  return found;
}
