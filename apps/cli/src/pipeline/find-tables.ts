import { posix } from 'node:path';
import type { OpenSourceTree, SourceTree } from '@mammoline/blobs';
import { Failure, invalid } from '@mammoline/kernel';
import { absoluteSource } from './absolute-source.ts';

export interface Table {
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
}

/**
 * The description tables of a tree: the `*.csv` of `csvDirectory` where it is given, else of DIR/csv, else of DIR itself; by name. Either may be in a bucket.
 * @throws Failure invalid where a directory was given and holds none
 */
export async function findTables(
  openTree: OpenSourceTree,
  directory: string,
  csvDirectory: string | undefined,
  signal: AbortSignal,
): Promise<readonly Table[]> {
  if (csvDirectory !== undefined) {
    const tree = await openTree(absoluteSource(csvDirectory)).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
      throw invalid(`--csv ${csvDirectory}: found no .csv file: ${error.message}`, { cause: error });
    });
    const tables = await csvFilesOf(tree, '', signal);
    if (tables.length === 0)
      throw invalid(`--csv ${csvDirectory}: found no .csv file there, expected the description tables of the data set`);
    return tables;
  }
  const tree = await openTree(directory);
  const beside = await csvFilesOf(tree, 'csv', signal);
  return beside.length > 0 ? beside : csvFilesOf(tree, '', signal);
}

async function csvFilesOf(tree: SourceTree, folder: string, signal: AbortSignal): Promise<readonly Table[]> {
  const entries = await tree.filesIn(folder, signal);
  return entries
    .filter(({ sourcePath }) => sourcePath.toLowerCase().endsWith('.csv'))
    .map((entry) => ({
      name: posix.basename(entry.sourcePath),
      read: async () => {
        const file = await tree.open(entry, signal);
        try {
          return await file.readHead(file.stamp.sizeBytes);
        } finally {
          await file.close();
        }
      },
    }));
}
