import { imageCatalogued, outgoing } from '@mammoline/contracts';
import type { catalogueV1 } from '@mammoline/contracts';
import { invalid, sha256Of } from '@mammoline/kernel';
import { flagFilesWithoutRows } from '../review/flag-files-without-rows.ts';
import { parseDescriptionTable } from '../tables/parse-description-table.ts';
import type { CatalogueServicePorts } from './catalogue-service-ports.ts';

/**
 * Takes a description table: its rows, then one image.catalogued for each view and kind that changed, so that every stage recomputes; then the
 * files that were there before it and that it does not name. A repeat writes the same rows again, which changes nothing.
 */
export async function importTable(
  request: catalogueV1.ImportTableRequest,
  ports: CatalogueServicePorts,
  signal: AbortSignal,
): Promise<catalogueV1.ImportTableResponse> {
  const { fileName, csv } = request;
  if (fileName === '')
    throw invalid('file_name is missing: expected the name of the table, which tells its kind and split', { field: 'file_name' });
  if (csv.length === 0) throw invalid(`csv: ${fileName} is empty; expected the text of a description table`, { field: 'csv' });
  const sha256 = sha256Of(csv);
  const { rows, problems } = parseDescriptionTable(decodeUtf8(csv, fileName), fileName);
  const alreadyImported = await ports.catalogue.tableImported(sha256);
  // A text without a usable row and with problems is no table: nothing is kept of it, so that a mended copy of the same name comes in.
  if (!alreadyImported && (rows.length > 0 || problems.length === 0)) {
    await ports.commit(`import-table:${sha256}`, {
      write: (tx) => tx.saveTable({ sha256, fileName, rows, problems }),
      emit: (changed) =>
        changed.map(({ view, kind }) =>
          outgoing(imageCatalogued, { view, abnormalityKind: kind, imageKind: undefined, imageId: undefined }),
        ),
    });
  }
  await flagFilesWithoutRows(rows, sha256, ports, signal);
  return { rows: rows.length, problems: [...problems], alreadyImported };
}

/** @throws Failure invalid naming `csv` and the file for bytes that are not UTF-8 text. */
function decodeUtf8(csv: Uint8Array, fileName: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(csv);
  } catch (error) {
    throw invalid(`csv: found bytes in ${fileName} that are not UTF-8; expected the text of a description table: save it as UTF-8`, {
      field: 'csv',
      cause: error,
    });
  }
}
