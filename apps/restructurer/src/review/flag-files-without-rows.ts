import type { CatalogueReader, CatalogueTx, NewRepair, TableRow } from '@mammoline/catalogue';
import { viewKey } from '@mammoline/kernel';
import type { Sha256 } from '@mammoline/kernel';
import { fileWithoutRow } from './find-view-repairs.ts';
import { isPlaced, type PlacedImage } from './placed-image.ts';

interface Ports {
  readonly catalogue: Pick<CatalogueReader, 'listImages' | 'abnormality'>;
  readonly commit: (cause: string, effect: { readonly write: (tx: CatalogueTx) => Promise<void> }) => Promise<void>;
}

/**
 * Flags the files that came before a table of their kind and split and that it does not name. No event speaks of them, since the table changes
 * nothing about their views. Files that come after it are seen by the review of their own event.
 */
export async function flagFilesWithoutRows(
  rows: readonly TableRow[],
  tableSha256: Sha256,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  const tables = new Set(rows.map((row) => `${row.kind} ${row.officialSplit}`));
  const named = new Set(
    rows.flatMap((row) => [`${row.kind} ${viewKey(row.view)}`, `${row.kind} ${viewKey(row.view)} ${String(row.number)}`]),
  );
  const repairs = new Map<string, NewRepair>();
  for await (const image of allImages(ports.catalogue, signal)) {
    if (!isPlaced(image) || !tables.has(`${image.case.kind} ${image.case.split}`)) continue;
    const number = image.abnormalityNumber;
    if (named.has(`${image.case.kind} ${viewKey(image.case)}${number === undefined ? '' : ` ${String(number)}`}`)) continue;
    const repair = fileWithoutRow(image);
    if (repairs.has(repair.subject) || (await hasRowOfOtherTable(image, ports.catalogue))) continue;
    repairs.set(repair.subject, repair);
  }
  if (repairs.size === 0) return;
  await ports.commit(`flag-files-without-rows:${tableSha256}`, {
    write: async (tx) => {
      for (const repair of repairs.values()) await tx.saveRepair(repair);
    },
  });
}

/** Two tables may share a kind and a split: a damaged copy beside the whole one. */
async function hasRowOfOtherTable(image: PlacedImage, catalogue: Ports['catalogue']): Promise<boolean> {
  // A FULL has a row when its view has any; its first abnormality is numbered 1 in all but a few views, and those are named by their masks.
  const row = await catalogue.abnormality(image.case, image.case.kind, image.abnormalityNumber ?? 1);
  return row?.inTables === true;
}

async function* allImages(catalogue: Ports['catalogue'], signal: AbortSignal) {
  let pageToken: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await catalogue.listImages({ pageSize: 1000, pageToken });
    yield* page.rows;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}
