import { escapeHtml } from './escape-html.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number;
  /** A bar of this share of the cell's width, 0 to 1, instead of text. */
  readonly share?: (row: Row) => number;
}

/** Numbers to the right. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const isNumeric = columns.map(
    ({ cell }) => rows.length > 0 && rows.every((row) => typeof cell(row) === 'number' || /^[\d.,\s]+$/.test(String(cell(row)))),
  );
  const head = columns.map(({ title }, index) => `<th${isNumeric[index] === true ? ' class="n"' : ''}>${escapeHtml(title)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = columns.map(({ cell, share }, index) => {
      if (share !== undefined)
        return `<td class="bar"><i style="width:${(100 * Math.min(1, Math.max(0, share(row)))).toFixed(1)}%"></i></td>`;
      return `<td${isNumeric[index] === true ? ' class="n"' : ''}>${escapeHtml(String(cell(row)))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}
