import type { CatalogueReader, CatalogueTx, NewRepair, TableKind } from '@mammoline/catalogue';
import { newUuid } from '@mammoline/kernel';
import { fileWithoutRow } from './find-view-repairs.ts';
import { isPlaced } from './placed-image.ts';

interface Ports {
  readonly catalogue: Pick<CatalogueReader, 'filesWithoutRows'>;
  readonly commit: <Written>(cause: string, effect: { readonly write: (tx: CatalogueTx) => Promise<Written> }) => Promise<Written>;
}

/** A page's repairs are one transaction. */
const viewsPerPage = 250;

/**
 * Says that tables of these kinds and splits are in and, where they are the first, flags the files that came before and that they do not name. No event
 * speaks of those, since the tables change nothing about their views. Files that come from now on are seen by the review of their own event.
 */
export async function flagFilesWithoutRows(tables: readonly TableKind[], ports: Ports, signal: AbortSignal): Promise<void> {
  const first = await ports.commit(`tables-taken:${newUuid()}`, { write: (tx) => tx.markTablesTaken(tables) });
  for (const { kind, split } of first) {
    let pageToken: string | undefined;
    do {
      signal.throwIfAborted();
      const page = await ports.catalogue.filesWithoutRows(kind, split, { pageSize: viewsPerPage, pageToken });
      const repairs = page.rows.filter(isPlaced).map(fileWithoutRow);
      const unique = new Map(repairs.map((repair): readonly [string, NewRepair] => [repair.subject, repair]));
      if (unique.size > 0) {
        await ports.commit(`flag-files-without-rows:${newUuid()}`, {
          write: async (tx) => {
            for (const repair of unique.values()) await tx.saveRepair(repair);
          },
        });
      }
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }
}
