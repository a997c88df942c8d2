/** A row of a table of attributes: `0010,0010 PN Z Patient's Name`. */
export interface AttributeRow {
  readonly tag: number;
  readonly vr: string;
  readonly rest: string;
}

/** Reads rows that are separated by line ends or ` | `. */
export function parseAttributeTable(text: string): readonly AttributeRow[] {
  return text
    .trim()
    .split(/\n| \| /)
    .map((row) => {
      const [tag = '', vr = '', ...rest] = row.split(' ');
      return { tag: Number.parseInt(tag.replace(',', ''), 16), vr, rest: rest.join(' ') };
    });
}
