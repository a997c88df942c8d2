import type { TableRow } from '@mammoline/catalogue';
import { parseDescriptionTable } from './parse-description-table.ts';

/** A table with all its rows, view by view. */
export function readWholeTable(...table: Parameters<typeof parseDescriptionTable>): { rows: TableRow[]; problems: readonly string[] } {
  const { views, summary } = parseDescriptionTable(...table);
  const rows = [...views].flat();
  return { rows, problems: summary().problems };
}
