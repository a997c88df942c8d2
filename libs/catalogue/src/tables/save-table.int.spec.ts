import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatCaseName, invalid, parseCaseName, sha256Of } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { TableRow } from '../index.ts';
import { caseOf, newImage, tableOf, tableRow, useCatalogue } from '../spec-fixtures.ts';

const realTables = fileURLToPath(new URL('../../../../../shared/data/cbis-csv', import.meta.url));
const name = 'Mass-Training_P_00001_LEFT_CC';
const { view, kind } = caseOf(name);

describe('saveTable', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const save = (table: Parameters<typeof tableOf>) => catalogue().transaction((tx) => tx.saveTable(tableOf(...table)));
  const revision = async () => (await catalogue().view(view))?.revision;

  it('writes rows with their views, says which changed, and takes a table once', async () => {
    expect(await save(['first', [tableRow(name, 1), tableRow(name, 2, { pathology: 'MALIGNANT' })]])).toEqual([{ view, kind }]);
    expect(await catalogue().tableImported(sha256Of('first'))).toBe(true);
    expect(await catalogue().abnormality(view, kind, 2)).toMatchObject({
      pathology: 'MALIGNANT',
      inTables: true,
      attributes: { 'mass shape': 'OVAL' },
    });
    expect(await revision()).toBe(1);
    expect(await save(['first', [tableRow(name, 3)]])).toEqual([]);
    expect(await catalogue().abnormality(view, kind, 3)).toBeUndefined();
  });

  it('leaves a view alone of which another table says the same', async () => {
    expect(await save(['same', [tableRow(name, 1)]])).toEqual([]);
    expect(await revision()).toBe(1);
  });

  it('counts the revision on for a changed row, and keeps the denser value whichever came first', async () => {
    expect(await save(['other', [tableRow(name, 1, { subtlety: 5, breastDensity: 4 })]])).toEqual([{ view, kind }]);
    expect(await save(['thin', [tableRow(name, 1, { subtlety: 5, breastDensity: 1 })]])).toEqual([]);
    expect(await catalogue().view(view)).toMatchObject({ revision: 2, breastDensity: 4 });
  });

  it('takes over an abnormality that images made', async () => {
    await catalogue().transaction((tx) => tx.saveImage(newImage('Calc-Test_P_00002_LEFT_CC', 'MASK', 1)));
    const of = caseOf('Calc-Test_P_00002_LEFT_CC');
    expect(await save(['calc', [tableRow('Calc-Test_P_00002_LEFT_CC', 1)]])).toEqual([{ view: of.view, kind: of.kind }]);
    expect(await catalogue().abnormality(of.view, of.kind, 1)).toMatchObject({ inTables: true });
  });

  it('names what has no file', async () => {
    expect(await catalogue().rowsWithoutFiles()).toEqual([
      'Calc-Test_P_00002_LEFT_CC_1: no FULL, no CROP',
      `${name}_1: no FULL, no CROP, no MASK`,
      `${name}_2: no FULL, no CROP, no MASK`,
    ]);
    await catalogue().transaction(async (tx) => {
      await tx.saveImage(newImage(name, 'FULL'));
      await tx.saveImage(newImage(name, 'CROP', 1));
      await tx.saveImage(newImage(name, 'MASK', 1));
    });
    expect(await catalogue().rowsWithoutFiles()).toEqual(['Calc-Test_P_00002_LEFT_CC_1: no FULL, no CROP', `${name}_2: no CROP, no MASK`]);
    expect(await catalogue().tablesTaken()).toEqual([
      { kind: 'MASS', split: 'TRAINING' },
      { kind: 'CALCIFICATION', split: 'TEST' },
    ]);
  });

  it('takes two tables that share views at once', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => tableRow(`Mass-Training_P_${String(20_000 + index)}_LEFT_CC`, 1));
    const others = rows.map((row): TableRow => ({ ...row, kind: 'CALCIFICATION' })).reverse();
    const changed = await Promise.all([save(['up', rows]), save(['down', others])]);
    expect(changed.map((pairs) => pairs.length)).toEqual([200, 200]);
    expect((await catalogue().view(caseOf('Mass-Training_P_20000_LEFT_CC').view))?.revision).toBe(2);
  });
});

describe.skipIf(!existsSync(realTables))('the four CBIS-DDSM tables (../shared/data/cbis-csv)', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('are saved whole', async () => {
    const files = (await readdir(realTables)).filter((file) => file.includes('case_description')).sort();
    const tables = await Promise.all(files.map(async (file) => tableOf(file, readTable(await readFile(join(realTables, file), 'utf8')))));
    expect(tables.reduce((sum, table) => sum + table.rows.length, 0)).toBe(3568);
    for (const table of tables) await catalogue().transaction((tx) => tx.saveTable(table));
    expect(await catalogue().counts()).toMatchObject({ patients: 1566, views: 3032, abnormalities: 3568 });
  });
});

/** Enough of the tables' format for this spec; the product's own reader is the restructurer's. */
function readTable(text: string): readonly TableRow[] {
  const lines: Readonly<Record<string, string>>[] = parse(text, { columns: true, trim: true });
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
