import type { TableRow } from '@mammoline/catalogue';
import type { Pseudonyms } from '@mammoline/dicom';
import { formatCaseName, parseCaseName, parsePatientCode } from '@mammoline/kernel';
import type { AbnormalityKind, CaseNameParts, Laterality, OfficialSplit, ViewPosition, ViewRef } from '@mammoline/kernel';
import Papa from 'papaparse';
import { deidentifyRecords } from './deidentify-records.ts';
import { findColumns, requiredColumns } from './table-columns.ts';
import type { TableColumns } from './table-columns.ts';

export interface DescriptionTable {
  readonly rows: readonly TableRow[];
  /** What could not be used, each with its place and reason; the rows are what could. */
  readonly problems: readonly string[];
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
  if (header === undefined) return { rows: [], problems: [...problems, `${fileName}: found no header row; expected a table of CBIS-DDSM`] };
  const columns = findColumns(header);
  header.forEach((name, index) => {
    if (name.trim() === '' && hidden === undefined) problems.push(`column ${String(index + 1)} has no name: its values are not read`);
  });
  const missing = requiredColumns.filter((column) => columns.known[column] === undefined);
  if (missing.length > 0) {
    return {
      rows: [],
      problems: [
        ...problems,
        `${fileName}: found no column for ${missing.join(', ')} among ${header.filter((name) => name !== '').join(', ') || 'none that is known'}`,
      ],
    };
  }
  const rows = new Map<string, TableRow>();
  records.forEach((record, index) => {
    const place = `row ${String(index + 2)}`;
    const row = readRow(record, columns, fileName, header.length);
    if (typeof row === 'string') {
      problems.push(`${place}: ${row}`);
      return;
    }
    const key = `${formatCaseName({ ...row.view, kind: row.kind, split: row.officialSplit })}_${String(row.number)}`;
    if (rows.has(key)) problems.push(`${place}: ${key} is there already; the first row counts`);
    else rows.set(key, row);
  });
  return { rows: [...rows.values()], problems };
}

/** Records of unequal length are kept: each row says for itself what it lacks. An unclosed quote costs the rows from its own on. */
function parseCsv(csvText: string, problems: string[]): readonly (readonly string[])[] {
  const { data, errors } = Papa.parse<string[]>(csvText, { delimiter: ',', skipEmptyLines: true });
  const unclosed = errors.find(({ code }) => code === 'MissingQuotes');
  if (unclosed === undefined) return data;
  const records = data.slice(0, unclosed.row);
  problems.push(`after row ${String(records.length)} the text is no CSV any more: ${unclosed.message}`);
  return records;
}

function readRow(record: readonly string[], columns: TableColumns, fileName: string, width: number): TableRow | string {
  if (record.length < width) return `found ${String(record.length)} values; expected ${String(width)}: the row is cut`;
  const value = (column: keyof TableColumns['known']): string | undefined => {
    const index = columns.known[column];
    return index === undefined ? undefined : given(record[index]);
  };
  const path = (column: 'full' | 'crop' | 'mask'): string | undefined => value(column)?.replaceAll('\\', '/');
  const paths = { fullPath: path('full'), cropPath: path('crop'), maskPath: path('mask') };
  const named = parseCaseName(paths.cropPath ?? '') ?? parseCaseName(paths.maskPath ?? '') ?? parseCaseName(paths.fullPath ?? '');
  const view = readView(value('patient'), value('laterality'), value('position'));
  if (typeof view === 'string') return view;
  const number = toInteger(value('number'), 1, 999);
  if (number === undefined) return `found abnormality id ${JSON.stringify(value('number') ?? '')}; expected a number from 1`;
  const kind = named?.kind ?? kindOf(value('type') ?? fileName);
  const split = named?.split ?? splitOf(fileName);
  if (kind === undefined || split === undefined)
    return 'neither the paths nor the columns nor the file name tell Mass or Calc and Training or Test';
  if (named !== undefined && !isOfView(named, view))
    return `the paths name ${formatCaseName(named)}, the columns ${formatCaseName({ ...view, kind, split })}`;
  const attributes = Object.fromEntries(
    columns.others.flatMap(({ name, index }) => {
      const text = given(record[index]);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  return {
    view,
    kind,
    number,
    officialSplit: split,
    breastDensity: toInteger(value('density'), 1, 4),
    pathology: value('pathology'),
    assessment: toInteger(value('assessment'), 0, 6),
    subtlety: toInteger(value('subtlety'), 1, 5),
    attributes,
    ...paths,
  };
}

function readView(patientText: string | undefined, lateralityText: string | undefined, positionText: string | undefined): ViewRef | string {
  const patient = parsePatientCode(patientText ?? '');
  if (patient === undefined)
    return `found patient ${JSON.stringify(patientText ?? '')}; expected P_ and five to seven digits, or a pseudonym`;
  const laterality = lateralityOf(lateralityText);
  if (laterality === undefined) return `found side ${JSON.stringify(lateralityText ?? '')}; expected LEFT or RIGHT`;
  const position = positionOf(positionText);
  if (position === undefined) return `found view ${JSON.stringify(positionText ?? '')}; expected CC or MLO`;
  return { patient, laterality, position };
}

/** Trimmed (most paths end in a line feed); undefined for what the tables spell as nothing. */
function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  // None of these is longer: most values are paths.
  if (trimmed.length > 4) return trimmed;
  return /^(?:|n\/?a|nan|none|null)$/i.test(trimmed) ? undefined : trimmed;
}

/** Undefined outside the scale: the tables write density 0 and subtlety 0 for "not given". */
function toInteger(text: string | undefined, min: number, max: number): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

const isOfView = (named: CaseNameParts, view: ViewRef): boolean =>
  named.patient === view.patient && named.laterality === view.laterality && named.position === view.position;

const lateralityOf = (text: string | undefined): Laterality | undefined =>
  text?.toUpperCase() === 'LEFT' ? 'LEFT' : text?.toUpperCase() === 'RIGHT' ? 'RIGHT' : undefined;

const positionOf = (text: string | undefined): ViewPosition | undefined =>
  text?.toUpperCase() === 'CC' ? 'CC' : text?.toUpperCase() === 'MLO' ? 'MLO' : undefined;

const kindOf = (text: string): AbnormalityKind | undefined =>
  /calc/i.test(text) ? 'CALCIFICATION' : /mass/i.test(text) ? 'MASS' : undefined;

const splitOf = (fileName: string): OfficialSplit | undefined =>
  /train/i.test(fileName) ? 'TRAINING' : /test/i.test(fileName) ? 'TEST' : undefined;
