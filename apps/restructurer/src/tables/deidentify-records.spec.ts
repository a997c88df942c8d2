import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPseudonyms } from '@mammoline/dicom';
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, it, test } from 'vitest';
import { hideTableName } from './deidentify-records.ts';
import { readWholeTable } from './read-whole-table.fixture.ts';

const pseudonyms = createPseudonyms(Buffer.alloc(32, 'k'));
const columns =
  'patient_id,breast_density,left or right breast,image view,abnormality id,abnormality type,mass shape,mass margins,assessment,pathology,subtlety,image file path,cropped image file path,ROI mask file path,operator';
const row = (patient: string) => [
  patient, '3', 'LEFT', 'CC', '1', 'mass', 'IRREGULAR-ARCHITECTURAL_DISTORTION', 'SPICULATED', '4', 'MALIGNANT', '4',
  'Mass-Training_P_00001_LEFT_CC/1.2.3.4/1.2.3.5/000000.dcm', 'Mass-Training_P_00001_LEFT_CC_1/1.2.3.4/1.2.3.6/000000.dcm', 'Mass-Training_P_00001_LEFT_CC_1/1.2.3.4/1.2.3.6/000001.dcm', 'Jane Doe',
]; // prettier-ignore

it('reads a row as before, with pseudonyms in codes and paths, and no column that is not the tables own', () => {
  const read = readWholeTable([columns, row('P_00001').join(',')].join('\n'), 'mass_train.csv', pseudonyms);
  const patient = pseudonyms.patientCode('P_00001');
  expect(read.problems).toEqual(["1 columns are none of the tables' own: de-identified, their values are not read"]);
  expect(read.rows).toEqual([
    {
      view: { patient, laterality: 'LEFT', position: 'CC' },
      kind: 'MASS',
      number: 1,
      officialSplit: 'TRAINING',
      breastDensity: 3,
      pathology: 'MALIGNANT',
      assessment: 4,
      subtlety: 4,
      attributes: { 'mass shape': 'IRREGULAR-ARCHITECTURAL_DISTORTION', 'mass margins': 'SPICULATED' },
      fullPath: `Mass-Training_${patient}_LEFT_CC/${pseudonyms.uid('1.2.3.4')}/${pseudonyms.uid('1.2.3.5')}/000000.dcm`,
      cropPath: `Mass-Training_${patient}_LEFT_CC_1/${pseudonyms.uid('1.2.3.4')}/${pseudonyms.uid('1.2.3.6')}/000000.dcm`,
      maskPath: `Mass-Training_${patient}_LEFT_CC_1/${pseudonyms.uid('1.2.3.4')}/${pseudonyms.uid('1.2.3.6')}/000001.dcm`,
    },
  ]);
});

it('lets no name through, whatever column it stands in, the header included', () => {
  const width = columns.split(',').length;
  const table = fc.record({ at: fc.integer({ min: 0, max: width - 1 }), inHeader: fc.boolean(), cut: fc.boolean() });
  fc.assert(
    fc.property(table, ({ at, inHeader, cut }) => {
      const cells = row('P_00001').with(width - 1, '');
      const header = inHeader ? columns.split(',').with(at, 'Doe, Jane') : columns.split(',');
      const rows = [header, inHeader ? cells : cells.with(at, 'Doe, Jane'), cut ? cells.slice(0, 3) : cells];
      const read = readWholeTable(Papa.unparse(rows), hideTableName('Doe mass train.csv', pseudonyms), pseudonyms);
      expect(JSON.stringify(read)).not.toMatch(/doe|jane|P_00001/i);
    }),
  );
});

test('a name of a table keeps what tells its kind and split', () => {
  expect(hideTableName('mass_case_description_train_set.csv', pseudonyms)).toBe('mass_case_description_train_set.csv');
  expect(hideTableName('Doe calc test.csv', pseudonyms)).toMatch(/^calc-test-[0-9a-f]{16}\.csv$/);
});

const published = join(import.meta.dirname, '../../../../../shared/data/cbis-csv');
test.skipIf(!existsSync(published))('the published tables lose nothing but names (skipped where ../shared/data is absent)', () => {
  for (const name of readdirSync(published).filter((file) => file.includes('case_description'))) {
    const text = readFileSync(join(published, name), 'utf8');
    const plain = readWholeTable(text, name);
    const hidden = readWholeTable(text, name, pseudonyms);
    expect(hidden.problems).toEqual(plain.problems.map(() => expect.any(String) as unknown));
    const comparable = ({ view, fullPath, cropPath, maskPath, ...rest }: (typeof plain.rows)[number]) => ({
      ...rest,
      laterality: view.laterality,
      paths: [fullPath, cropPath, maskPath].map((path) => path !== undefined),
    });
    expect(hidden.rows.map(comparable)).toEqual(plain.rows.map(comparable));
    expect(hidden.rows.map(({ view }) => view.patient)).toEqual(plain.rows.map(({ view }) => pseudonyms.patientCode(view.patient)));
    expect(JSON.stringify(hidden)).not.toMatch(/P_\d{5}_|1\.3\.6\.1\.4\.1\.9590/);
  }
});
