import type { CatalogueReader, ViewRecord } from '@mammoline/catalogue';
import type { AbnormalityKind, PatientCode } from '@mammoline/kernel';

/** All views of the patients that have something of the kind (undefined: of any kind), in the catalogue's order. */
export async function viewsOfPatients(
  patients: readonly PatientCode[],
  kind: AbnormalityKind | undefined,
  catalogue: Pick<CatalogueReader, 'listViews'>,
): Promise<readonly ViewRecord[]> {
  const wanted = new Set(patients);
  const found: ViewRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = await catalogue.listViews({ kind }, { pageSize: 1000, pageToken });
    found.push(...page.rows.filter(({ ref }) => wanted.has(ref.patient)));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}
