import type { CatalogueReader } from '@mammoline/catalogue';
import { allPages } from './all-pages.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The kind under which `mammoline repairs` lists them. They are looked up, not stored: a file that comes late takes its row off the list. */
export const rowWithoutFiles = 'row-without-files';

const named = 3;

/** Tells of rows of the tables whose mammogram, crop or mask has not come, where there are any: their views are left without a merged mask. */
export async function sayRowsWithoutFiles(
  terminal: Pick<Terminal, 'say'>,
  catalogue: Pick<CatalogueReader, 'rowsWithoutFiles'>,
): Promise<void> {
  let count = 0;
  const first: string[] = [];
  for await (const row of allPages((page) => catalogue.rowsWithoutFiles(page))) {
    count += 1;
    if (first.length < named) first.push(row);
  }
  if (count === 0) return;
  const some = first.join('; ');
  const more = count > named ? '; ...' : '';
  terminal.say(
    `${String(count)} ${count === 1 ? 'row' : 'rows'} of the tables without all files (${some}${more}); see "mammoline repairs --kind ${rowWithoutFiles}"`,
  );
}
