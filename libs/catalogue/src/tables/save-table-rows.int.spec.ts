import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatCaseName, invalid, parseCaseName, sha256Of, viewKey } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import type { TableRow, ViewFilter } from '../index.ts';
import { caseOf, newImage, tableRow, unknownImage, useCatalogue } from '../spec-fixtures.ts';

const realTables = fileURLToPath(new URL('../../../../../shared/data/cbis-csv', import.meta.url));
const name = 'Mass-Training_P_00001_LEFT_CC';
const { view, kind } = caseOf(name);
const page = { pageSize: 100, pageToken: undefined };
const headerOf = (seriesInstanceUid: string) => ({ ...unknownImage('header').header, seriesInstanceUid });

describe('saveTableRows', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const save = (rows: readonly TableRow[]) => catalogue().transaction((tx) => tx.saveTableRows(rows));
  const views = async (filter: ViewFilter) => (await catalogue().listViews(filter, page)).rows.map(({ ref }) => viewKey(ref));
  const revision = async () => (await catalogue().view(view))?.revision;

  it('writes rows with their views, and says which changed', async () => {
    expect(await save([tableRow(name, 1), tableRow(name, 2, { pathology: 'MALIGNANT' })])).toEqual([{ view, kind, hasFiles: false }]);
    expect(await catalogue().abnormality(view, kind, 2)).toMatchObject({
      pathology: 'MALIGNANT',
      inTables: true,
      attributes: { 'mass shape': 'OVAL' },
    });
    expect(await revision()).toBe(1);
  });

  it('keeps texts as they are, whatever they are made of', async () => {
    const odd = { pathology: 'NULL', fullPath: '{"a\\b", c}', cropPath: '', attributes: { 'a "b"': '\\ " ,\t\n{}' } };
    const of = caseOf('Mass-Training_P_00009_LEFT_CC');
    await save([tableRow('Mass-Training_P_00009_LEFT_CC', 1, odd), tableRow('Mass-Training_P_00009_LEFT_CC', 2, { pathology: undefined })]);
    expect(await catalogue().abnormality(of.view, of.kind, 1)).toMatchObject(odd);
    expect((await catalogue().abnormality(of.view, of.kind, 2))?.pathology).toBeUndefined();
  });

  it('leaves a view alone of which another table says the same', async () => {
    expect(await save([tableRow(name, 1)])).toEqual([]);
    expect(await revision()).toBe(1);
  });

  it('counts the revision on for a changed row, and keeps the denser value whichever came first', async () => {
    expect(await save([tableRow(name, 1, { subtlety: 5, breastDensity: 4 })])).toMatchObject([{ view, kind }]);
    expect(await save([tableRow(name, 1, { subtlety: 5, breastDensity: 1 })])).toEqual([]);
    expect(await catalogue().view(view)).toMatchObject({ revision: 2, breastDensity: 4 });
  });

  it('takes over an abnormality that images made', async () => {
    await catalogue().transaction((tx) => tx.saveImage(newImage('Calc-Test_P_00002_LEFT_CC', 'MASK', 1)));
    const of = caseOf('Calc-Test_P_00002_LEFT_CC');
    expect(await save([tableRow('Calc-Test_P_00002_LEFT_CC', 1)])).toEqual([{ view: of.view, kind: of.kind, hasFiles: true }]);
    expect(await catalogue().abnormality(of.view, of.kind, 1)).toMatchObject({ inTables: true });
  });

  it('tells of files: those of the view, of whatever kind, and those without a place that are of a series which a row names', async () => {
    const hasFiles = async (row: TableRow) => (await save([row])).map((changed) => changed.hasFiles);
    await catalogue().transaction((tx) => tx.saveImage({ ...unknownImage('waiting'), header: headerOf('1.2.77') }));
    await catalogue().transaction((tx) => tx.saveImage({ ...newImage('Calc-Test_P_00006_LEFT_CC', 'FULL'), header: headerOf('1.2.88') }));
    expect(await hasFiles(tableRow('Mass-Training_P_00005_LEFT_CC', 1, { maskPath: 'a/1.2.76/b.dcm' }))).toEqual([false]);
    expect(await hasFiles(tableRow('Mass-Training_P_00005_LEFT_CC', 2, { maskPath: 'a/1.2.77/b.dcm' }))).toEqual([true]);
    expect(await hasFiles(tableRow('Mass-Training_P_00006_LEFT_CC', 1))).toEqual([true]);
    // The series of an image that has its place is no reason.
    expect(await hasFiles(tableRow('Mass-Training_P_00007_LEFT_CC', 1, { maskPath: 'a/1.2.88/b.dcm' }))).toEqual([false]);
  });

  it('lists a view under the split that a later table says, and no more under the former', async () => {
    const [first, later] = ['Mass-Test_P_00008_LEFT_CC', 'Mass-Training_P_00008_LEFT_CC'];
    await save([tableRow(first, 1)]);
    expect(await views({ split: 'TEST', kind: 'MASS' })).toEqual(['P_00008_LEFT_CC']);
    await save([tableRow(later, 1)]);
    expect(await views({ split: 'TEST', kind: 'MASS' })).toEqual([]);
    expect(await views({ split: 'TRAINING', kind: 'MASS' })).toContain('P_00008_LEFT_CC');
    await catalogue().transaction((tx) => tx.saveImage(newImage(first, 'FULL')));
    await save([tableRow(later, 1, { subtlety: 1 })]);
    expect(await views({ split: 'TEST', kind: 'MASS' })).toEqual(['P_00008_LEFT_CC']);
  });

  it('takes two tables that share views at once', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => tableRow(`Mass-Training_P_${String(20_000 + index)}_LEFT_CC`, 1));
    const others = rows.map((row): TableRow => ({ ...row, kind: 'CALCIFICATION' })).reverse();
    const changed = await Promise.all([save(rows), save(others)]);
    expect(changed.map((pairs) => pairs.length)).toEqual([200, 200]);
    expect((await catalogue().view(caseOf('Mass-Training_P_20000_LEFT_CC').view))?.revision).toBe(2);
  });
});

describe('tables and files held against each other', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('name rows without files, and files without rows', async () => {
    const calc = 'Calc-Test_P_00002_LEFT_CC';
    await catalogue().transaction(async (tx) => {
      await tx.saveTableRows([tableRow(name, 1), tableRow(name, 2), tableRow(calc, 1)]);
      await tx.saveImage(newImage(calc, 'MASK', 1));
    });
    const rowsWithoutFiles = async () => (await catalogue().rowsWithoutFiles(page)).rows;
    expect(await rowsWithoutFiles()).toEqual([
      `${name}_1: no FULL, no CROP, no MASK`,
      `${name}_2: no FULL, no CROP, no MASK`,
      `${calc}_1: no FULL, no CROP`,
    ]);
    await catalogue().transaction(async (tx) => {
      await tx.saveImage(newImage(name, 'FULL'));
      await tx.saveImage(newImage(name, 'CROP', 1));
      await tx.saveImage(newImage(name, 'MASK', 1));
      await tx.saveImage(newImage(name, 'MASK', 3));
      await tx.saveImage(newImage('Mass-Training_P_00003_LEFT_CC', 'FULL'));
    });
    expect(await rowsWithoutFiles()).toEqual([`${name}_2: no CROP, no MASK`, `${calc}_1: no FULL, no CROP`]);
    const first = await catalogue().rowsWithoutFiles({ ...page, pageSize: 1 });
    expect(first.rows).toHaveLength(1);
    const { rows } = await catalogue().filesWithoutRows('MASS', 'TRAINING', page);
    expect(rows.map((image) => [image.case?.patient, image.kind, image.abnormalityNumber])).toEqual([
      ['P_00001', 'MASK', 3],
      ['P_00003', 'FULL', undefined],
    ]);
    expect((await catalogue().filesWithoutRows('MASS', 'TEST', page)).rows).toEqual([]);
  });

  it('are a table taken once its files were reviewed', async () => {
    const tables = [{ kind: 'MASS', split: 'TRAINING' }] as const;
    const mark = () => catalogue().transaction((tx) => tx.markTablesTaken(tables));
    const table = { sha256: sha256Of('csv'), fileName: 'a.csv', rows: 3, problems: [] };
    expect(await catalogue().tablesTaken()).toEqual([]);
    expect(await mark()).toEqual(tables);
    expect(await catalogue().tablesTaken()).toEqual(tables);
    // Whoever marked them may have died before it held the files against them.
    expect(await mark()).toEqual(tables);
    expect(await catalogue().tableImported(table.sha256)).toBe(false);
    await catalogue().transaction((tx) => tx.saveImportedTable({ ...table, tables }));
    expect(await mark()).toEqual([]);
    expect(await catalogue().tableImported(table.sha256)).toBe(true);
  });
});

describe.skipIf(!existsSync(realTables))('the four CBIS-DDSM tables (../shared/data/cbis-csv)', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('are saved whole', async () => {
    const files = (await readdir(realTables)).filter((file) => file.includes('case_description')).sort();
    const tables = await Promise.all(files.map(async (file) => readTable(await readFile(join(realTables, file), 'utf8'))));
    expect(tables.reduce((sum, rows) => sum + rows.length, 0)).toBe(3568);
    for (const rows of tables) await catalogue().transaction((tx) => tx.saveTableRows(rows));
    expect(await catalogue().counts()).toMatchObject({ patients: 1566, views: 3032, abnormalities: 3568 });
  });
});

/** Enough of the tables' format for this spec; the product's own reader is the restructurer's. */
function readTable(text: string): readonly TableRow[] {
  const lines = Papa.parse<Readonly<Record<string, string>>>(text, { header: true, skipEmptyLines: true }).data;
  return lines.map((line) => {
    const fullPath = line['image file path'] ?? '';
    const named = parseCaseName(fullPath);
    if (named === undefined) throw invalid(`no case in ${fullPath}`);
    return tableRow(formatCaseName(named), Number(line['abnormality id']), {
      fullPath,
      attributes: { 'mass shape': line['mass shape'] ?? '' },
      pathology: line['pathology'],
    });
  });
}
