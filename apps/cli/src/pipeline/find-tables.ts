import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '@mammoline/kernel';

/**
 * The description tables of a tree: the `*.csv` of `csvDirectory` where it is given, else of DIR/csv, else of DIR itself; by name.
 * @throws Failure invalid where a directory was given and holds none
 */
export function findTables(directory: string, csvDirectory: string | undefined): readonly string[] {
  if (csvDirectory !== undefined) {
    const tables = csvFilesOf(csvDirectory);
    if (tables.length === 0)
      throw invalid(`--csv ${csvDirectory}: found no .csv file there, expected the description tables of the data set`);
    return tables;
  }
  const beside = csvFilesOf(join(directory, 'csv'));
  return beside.length > 0 ? beside : csvFilesOf(directory);
}

function csvFilesOf(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith('.csv'))
    .map((entry) => join(directory, entry.name))
    .sort();
}
