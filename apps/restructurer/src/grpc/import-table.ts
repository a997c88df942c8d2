import type { TableRow } from '@mammoline/catalogue';
import { imageCatalogued, outgoing } from '@mammoline/contracts';
import type { catalogueV1 } from '@mammoline/contracts';
import type { Pseudonyms } from '@mammoline/dicom';
import { Failure, invalid, newUuid, sha256Of } from '@mammoline/kernel';
import { flagFilesWithoutRows } from '../review/flag-files-without-rows.ts';
import { hideTableName } from '../tables/deidentify-records.ts';
import { emptyTable, parseDescriptionTable } from '../tables/parse-description-table.ts';
import type { DescriptionTable } from '../tables/parse-description-table.ts';
import type { CatalogueServicePorts } from './catalogue-service-ports.ts';

/** So many are written in some tenths of a second: a transaction may take 15 s, and holds others up that write to the same views. */
const rowsPerTransaction = 5000;

/**
 * Takes a description table: its rows, with one image.catalogued for each view and kind that changed and has files, so that every stage recomputes
 * (a view without files has nothing to compute; its first file brings an event of its own); then the files that were there before it and that it
 * does not name. What is no table is answered with the problem, so that a caller with several files goes on.
 *
 * A table that broke off half-way is not taken: a repeat writes the same rows again, which changes nothing, and does the rest.
 */
export async function importTable(
  request: catalogueV1.ImportTableRequest,
  ports: CatalogueServicePorts,
  signal: AbortSignal,
): Promise<catalogueV1.ImportTableResponse> {
  const { csv } = request;
  const { pseudonyms } = ports;
  if (request.fileName === '')
    throw invalid('file_name is missing: expected the name of the table, which tells its kind and split', { field: 'file_name' });
  await ports.commit(`claim-naming:${newUuid()}`, { write: (tx) => tx.claimPatientNaming(pseudonyms?.fingerprint) });
  const fileName = pseudonyms === undefined ? request.fileName : hideTableName(request.fileName, pseudonyms);
  const table = readTable(csv, fileName, pseudonyms);
  const sha256 = pseudonyms === undefined ? sha256Of(csv) : pseudonyms.hash('table', csv);
  const alreadyImported = await ports.catalogue.tableImported(sha256);
  const batches = batchesOfViews(table.views);
  // Two at once: Postgres writes one while the other is made. They share the batches; a failure ends both.
  const writeAll = async (): Promise<void> => {
    for (const batch of batches) if (!alreadyImported) await writeBatch(batch, ports, signal);
  };
  await Promise.all([writeAll(), writeAll()]);
  const { rows, tables, problems } = table.summary();
  // A text without a usable row and with problems is no table: nothing is kept of it, so that a mended copy of the same name comes in.
  if (!alreadyImported && (rows > 0 || problems.length === 0)) {
    await flagFilesWithoutRows(tables, ports, signal);
    await ports.commit(`import-table:${sha256}`, {
      write: (tx) => tx.saveImportedTable({ sha256, fileName, rows, problems, tables }),
    });
  }
  return { rows, problems: [...problems], alreadyImported };
}

/** As often as stages are run again. */
const maxReloads = 3;

async function writeBatch(batch: readonly TableRow[], ports: CatalogueServicePorts, signal: AbortSignal): Promise<void> {
  for (let reload = 0; ; reload += 1) {
    signal.throwIfAborted();
    try {
      // A new name each time: rows that another table changed meanwhile are announced anew, and those that are there change nothing.
      await ports.commit(`import-table:${newUuid()}`, {
        write: (tx) => tx.saveTableRows(batch),
        emit: (changed) =>
          changed
            .filter(({ hasFiles }) => hasFiles)
            .map(({ view, kind }) => outgoing(imageCatalogued, { view, abnormalityKind: kind, imageKind: undefined, imageId: undefined })),
      });
      return;
    } catch (error) {
      // Stages write to the same views, several at a time, and Postgres may have taken this one back for theirs.
      if (!(error instanceof Failure) || error.kind !== 'conflict' || reload >= maxReloads) throw error;
    }
  }
}

function readTable(csv: Uint8Array, fileName: string, pseudonyms: Pseudonyms | undefined): DescriptionTable {
  if (csv.length === 0) return emptyTable([`${fileName} is empty; expected the text of a description table`]);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(csv);
  } catch {
    return emptyTable([`found bytes in ${fileName} that are not UTF-8; expected the text of a description table: save it as UTF-8`]);
  }
  return parseDescriptionTable(text, fileName, pseudonyms);
}

/** All rows of a view in one batch: who reads between two batches sees all that the table says of a view, or nothing. */
function* batchesOfViews(views: DescriptionTable['views']): Generator<readonly TableRow[]> {
  let batch: TableRow[] = [];
  for (const ofView of views) {
    batch.push(...ofView);
    if (batch.length < rowsPerTransaction) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
