import type { CatalogueReader, CatalogueTx } from '@mammoline/catalogue';
import type { OutgoingEvent } from '@mammoline/contracts';

/** What CatalogueService works with. */
export interface CatalogueServicePorts {
  readonly catalogue: Pick<CatalogueReader, 'listPatients' | 'listRepairs' | 'listViews' | 'view' | 'tableImported' | 'filesWithoutRows'>;
  readonly commit: <Written>(
    cause: string,
    effect: {
      readonly write: (tx: CatalogueTx) => Promise<Written>;
      readonly emit?: (written: Written) => readonly OutgoingEvent[];
    },
  ) => Promise<Written>;
}
