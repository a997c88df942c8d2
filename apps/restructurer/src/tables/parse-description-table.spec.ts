import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { viewKey } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { parseDescriptionTable } from './parse-description-table.ts';
import { readWholeTable } from './read-whole-table.fixture.ts';

const header =
  'patient_id,breast density,left or right breast,image view,abnormality id,abnormality type,calc type,calc distribution,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path';
const row =
  'P_00038,2,LEFT,CC,1,calcification,PUNCTATE,N/A,4,BENIGN,2,Calc-Test_P_00038_LEFT_CC/1.1/1.2/000000.dcm,"Calc-Test_P_00038_LEFT_CC_1/1.3/1.4/000001.dcm\n",Calc-Test_P_00038_LEFT_CC_1/1.3/1.4/000000.dcm';
const parse = (...lines: readonly string[]) => readWholeTable(lines.join('\r\n'), 'calc_case_description_test_set.csv');

describe('parseDescriptionTable', () => {
  test('one row, with a line feed in a quoted path, CRLF and N/A', () => {
    expect(parse(header, row, '')).toEqual({
      problems: [],
      rows: [
        {
          view: { patient: 'P_00038', laterality: 'LEFT', position: 'CC' },
          kind: 'CALCIFICATION',
          number: 1,
          officialSplit: 'TEST',
          breastDensity: 2,
          pathology: 'BENIGN',
          assessment: 4,
          subtlety: 2,
          attributes: { 'calc type': 'PUNCTATE' },
          fullPath: 'Calc-Test_P_00038_LEFT_CC/1.1/1.2/000000.dcm',
          cropPath: 'Calc-Test_P_00038_LEFT_CC_1/1.3/1.4/000001.dcm',
          maskPath: 'Calc-Test_P_00038_LEFT_CC_1/1.3/1.4/000000.dcm',
        },
      ],
    });
  });

  test.each([
    ['nothing', '', 'no header row'],
    ['another CSV', 'a,b\r\n1,2', 'no column for patient, laterality, position, number among a, b'],
    ['a row that is cut', `${header}\r\n${row}\r\nP_00039,2,LEFT`, 'row 3: found 3 values; expected 14'],
    ['a quote that is never closed', `${header}\r\n${row}\r\nP_00039,"2,LEFT`, 'no CSV any more'],
    ['a header with a blank', `${header.replace('subtlety', '')}\r\n${row}`, 'column 11 has no name'],
    ['a patient of another kind', `${header}\r\n${row.replace('P_00038', 'D-1')}`, 'row 2: found patient "D-1"'],
    ['columns against paths', `${header}\r\n${row.replace(',CC,', ',MLO,')}`, 'row 2: the paths name Calc-Test_P_00038_LEFT_CC'],
    ['a row twice', `${header}\r\n${row}\r\n${row}`, 'Calc-Test_P_00038_LEFT_CC_1 is there already'],
  ])('%s is a problem in words', (_, text, problem) => {
    const { problems } = readWholeTable(text, 'calc_case_description_test_set.csv');
    expect(problems.join('\n')).toContain(problem);
  });

  test('NUL characters are left out of what is kept, and told', () => {
    const { rows, problems } = parse(header, row.replace('PUNCTATE', 'PUNC\0TATE').replace('BENIGN', 'BENIGN\0'));
    expect(rows).toEqual(parse(header, row).rows);
    expect(problems).toEqual(['found 2 NUL characters: they are left out']);
  });

  test('all rows of a view come together, and problems in the order of their lines', () => {
    const ofView = (laterality: string, number: number) =>
      row.replaceAll(/LEFT(_CC(?:_1)?|,CC,1)/g, (_, rest: string) => `${laterality}${rest.replace('1', String(number))}`);
    const lines = [ofView('LEFT', 1), ofView('RIGHT', 1), ofView('RIGHT', 1), ofView('LEFT', 2), ofView('LEFT', 2), 'P_00039,2,LEFT'];
    const { views, summary } = parseDescriptionTable([header, ...lines].join('\n'), 'calc_case_description_test_set.csv');
    expect([...views].map((rows) => rows.map(({ view, number }) => `${view.laterality} ${String(number)}`))).toEqual([
      ['LEFT 1', 'LEFT 2'],
      ['RIGHT 1'],
    ]);
    expect(summary()).toEqual({
      rows: 3,
      tables: [{ kind: 'CALCIFICATION', split: 'TEST' }],
      problems: [
        'row 4: Calc-Test_P_00038_RIGHT_CC_1 is there already; the first row counts',
        'row 6: Calc-Test_P_00038_LEFT_CC_2 is there already; the first row counts',
        'row 7: found 3 values; expected 14: the row is cut',
      ],
    });
  });

  test('values outside their scale are not given', () => {
    const [only] = parse(header, row.replace(',2,LEFT', ',0,LEFT').replace('BENIGN,2', 'BENIGN,0')).rows;
    expect([only?.breastDensity, only?.subtlety]).toEqual([undefined, undefined]);
  });
});

const data = join(import.meta.dirname, '../../../../../shared/data');
const read = (folder: string, name: string) => readWholeTable(readFileSync(join(data, folder, name), 'utf8'), name);

describe.skipIf(!existsSync(join(data, 'cbis-csv')))('the tables of CBIS-DDSM (skipped where ../shared/data is absent)', () => {
  const files = [
    'mass_case_description_train_set',
    'mass_case_description_test_set',
    'calc_case_description_train_set',
    'calc_case_description_test_set',
  ];

  test.each([
    [files[0], 1318, 691, 1231, 58],
    [files[1], 378, 201, 361, 13],
    [files[2], 1546, 602, 1227, 185],
    [files[3], 326, 151, 284, 37],
  ])('%s: %d rows, %d patients, %d views, %d with several abnormalities', (name = '', rows, patients, views, severalAbnormalities) => {
    const table = read('cbis-csv', `${name}.csv`);
    const byView = Map.groupBy(table.rows, (tableRow) => viewKey(tableRow.view));
    expect(table.problems).toEqual([]);
    expect(table.rows.length).toBe(rows);
    expect(new Set(table.rows.map(({ view }) => view.patient)).size).toBe(patients);
    expect(byView.size).toBe(views);
    expect([...byView.values()].filter(({ length }) => length > 1).length).toBe(severalAbnormalities);
    expect(read('cbis-csv-variants/lf_NA', `${name}.csv`).rows).toEqual(table.rows);
  });

  test('together: 3,568 rows, 1,566 patients, 3,032 views, 71 views in both kinds', () => {
    const rows = files.flatMap((name) => read('cbis-csv', `${name}.csv`).rows);
    const kinds = new Map(
      [...Map.groupBy(rows, ({ view }) => viewKey(view))].map(([key, ofView]) => [key, new Set(ofView.map(({ kind }) => kind)).size]),
    );
    expect(rows.length).toBe(3568);
    expect(new Set(rows.map(({ view }) => view.patient)).size).toBe(1566);
    expect(kinds.size).toBe(3032);
    expect([...kinds.values()].filter((count) => count === 2).length).toBe(71);
  });

  test('renamed headers and backslashes give the same rows', () => {
    const table = read('cbis-csv-variants/backslash_renamed_headers', 'mass_case_description_train_set.csv');
    const whole = new Set(read('cbis-csv', 'mass_case_description_train_set.csv').rows.map((tableRow) => JSON.stringify(tableRow)));
    expect(table.problems).toEqual([]);
    expect(table.rows.length).toBe(1317);
    expect(table.rows.filter((tableRow) => !whole.has(JSON.stringify(tableRow)))).toEqual([]);
  });

  test('a blanked header costs its column and says so', () => {
    const table = read('cbis-csv-variants/blanked_header_truncated', 'calc_case_description_train_set.csv');
    expect(table.problems).toEqual(['column 11 has no name: its values are not read']);
    expect(table.rows.length).toBe(63);
  });
});
