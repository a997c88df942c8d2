import type { CatalogueReader, CatalogueTx } from '@mammoline/catalogue';
import type { OutgoingEvent } from '@mammoline/contracts';
import type { Pseudonyms } from '@mammoline/dicom';

/** What CatalogueService works with. */
export interface CatalogueServicePorts {
  /** Patients of tables go by these; undefined: as they came. */
  readonly pseudonyms?: Pseudonyms | undefined;
  readonly catalogue: Pick<CatalogueReader, 'listPatients' | 'listRepairs' | 'listViews' | 'view' | 'tableImported' | 'filesWithoutRows'>;
  readonly commit: <Written>(
    cause: string,
    effect: {
      readonly write: (tx: CatalogueTx) => Promise<Written>;
      readonly emit?: (written: Written) => readonly OutgoingEvent[];
    },
  ) => Promise<Written>;
}
