import type { TableKind, TableRow } from '@mammoline/catalogue';
import type { Pseudonyms } from '@mammoline/dicom';
import { formatCaseName, viewKey } from '@mammoline/kernel';
import type { ViewRef } from '@mammoline/kernel';
import Papa from 'papaparse';
import { deidentifyRecords } from './deidentify-records.ts';
import { readRow, readView } from './read-table-row.ts';
import { findColumns, requiredColumns } from './table-columns.ts';
import type { TableColumns } from './table-columns.ts';

export interface DescriptionTable {
  /** The rows that can be used, all of a view together. They are read as they are asked for, once: a writer need not wait for the last one. */
  readonly views: Iterable<readonly TableRow[]>;
  /** What has been read so far. */
  readonly summary: () => TableSummary;
}

export interface TableSummary {
  /** How many could be used. */
  readonly rows: number;
  readonly tables: readonly TableKind[];
  /** What could not be used, each with its place and reason. */
  readonly problems: readonly string[];
}

/** What cannot be used of one line. */
interface Problem {
  readonly line: number;
  readonly text: string;
}

/** The lines of a view, by their places in the table. */
interface LinesOfView {
  readonly view: ViewRef;
  readonly lines: number[];
}

/**
 * Reads a description table of CBIS-DDSM, or a damaged copy: quoted paths that end in a line feed, CRLF or LF, a BOM, renamed or blanked headers,
 * backslashes, N/A, NUL characters (which the catalogue can't keep), a cut last row. Kind and split come from the case name in the paths, else from
 * the columns and the file's name. Never throws.
 * @param pseudonyms patients go by these, and nothing is read or said of what may name one; undefined: as they came
 */
export function parseDescriptionTable(csvText: string, fileName: string, pseudonyms?: Pseudonyms): DescriptionTable {
  const problems: string[] = [];
  const text = csvText.replaceAll('\0', '');
  if (text.length < csvText.length) problems.push(`found ${String(csvText.length - text.length)} NUL characters: they are left out`);
  const parsed = parseCsv(text, problems);
  const hidden = pseudonyms === undefined ? undefined : deidentifyRecords(parsed, pseudonyms);
  problems.push(...(hidden?.problems ?? []));
  const [header, ...records] = hidden?.records ?? parsed;
  const noTable = (problem: string): DescriptionTable => emptyTable([...problems, `${fileName}: ${problem}`]);
  if (header === undefined) return noTable('found no header row; expected a table of CBIS-DDSM');
  const columns = findColumns(header);
  header.forEach((name, index) => {
    if (name.trim() === '' && hidden === undefined) problems.push(`column ${String(index + 1)} has no name: its values are not read`);
  });
  const missing = requiredColumns.filter((column) => columns.known[column] === undefined);
  if (missing.length > 0)
    return noTable(
      `found no column for ${missing.join(', ')} among ${header.filter((name) => name !== '').join(', ') || 'none that is known'}`,
    );
  const ofLines: Problem[] = [];
  const views = groupLines(records, columns, header.length, ofLines);
  const tables = new Map<string, TableKind>();
  let rows = 0;
  return {
    views: (function* () {
      for (const { view, lines } of views) {
        const ofView = readLines(view, lines, (line) => readRow(records[line] ?? [], view, columns, fileName), ofLines);
        if (ofView.length === 0) continue;
        rows += ofView.length;
        for (const { kind, officialSplit } of ofView) tables.set(`${kind} ${officialSplit}`, { kind, split: officialSplit });
        yield ofView;
      }
    })(),
    summary: () => ({
      rows,
      tables: [...tables.values()],
      problems: [
        ...problems,
        ...ofLines.toSorted((one, other) => one.line - other.line).map(({ line, text: found }) => `row ${String(line + 2)}: ${found}`),
      ],
    }),
  };
}

/** A text that has no rows. */
export const emptyTable = (problems: readonly string[]): DescriptionTable => ({
  views: [],
  summary: () => ({ rows: 0, tables: [], problems }),
});

function groupLines(
  records: readonly (readonly string[])[],
  columns: TableColumns,
  width: number,
  problems: Problem[],
): Iterable<LinesOfView> {
  const views = new Map<string, LinesOfView>();
  records.forEach((record, line) => {
    const view =
      record.length < width
        ? `found ${String(record.length)} values; expected ${String(width)}: the row is cut`
        : readView(record, columns);
    if (typeof view === 'string') {
      problems.push({ line, text: view });
      return;
    }
    const key = viewKey(view);
    const ofView = views.get(key);
    if (ofView === undefined) views.set(key, { view, lines: [line] });
    else ofView.lines.push(line);
  });
  return views.values();
}

function readLines(
  view: ViewRef,
  lines: readonly number[],
  read: (line: number) => TableRow | string,
  problems: Problem[],
): readonly TableRow[] {
  const rows: TableRow[] = [];
  for (const line of lines) {
    const row = read(line);
    if (typeof row === 'string') problems.push({ line, text: row });
    else if (rows.some((other) => isSameCase(other, row) && other.number === row.number)) {
      const name = formatCaseName({ ...view, kind: row.kind, split: row.officialSplit });
      problems.push({ line, text: `${name}_${String(row.number)} is there already; the first row counts` });
    } else rows.push(row);
  }
  return rows;
}

const isSameCase = (one: TableRow, other: TableRow): boolean => one.kind === other.kind && one.officialSplit === other.officialSplit;

/** Records of unequal length are kept: each row says for itself what it lacks. An unclosed quote costs the rows from its own on. */
function parseCsv(csvText: string, problems: string[]): readonly (readonly string[])[] {
  const { data, errors } = Papa.parse<string[]>(csvText, { delimiter: ',', skipEmptyLines: true });
  const unclosed = errors.find(({ code }) => code === 'MissingQuotes');
  if (unclosed === undefined) return data;
  const records = data.slice(0, unclosed.row);
  problems.push(`after row ${String(records.length)} the text is no CSV any more: ${unclosed.message}`);
  return records;
}
