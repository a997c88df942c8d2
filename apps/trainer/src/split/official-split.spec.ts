import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreparedViewRecord } from '@mammoline/catalogue';
import { parsePatientCode, sha256Of, type AbnormalityKind, type OfficialSplit } from '@mammoline/kernel';
import { describe, expect, test } from 'vitest';
import { buildSplit } from './build-split.ts';
import { crossingPatients } from './crossing-patients.ts';

const tables = join(import.meta.dirname, '../../../../../shared/data/cbis-csv');
const options = { seed: 0, split: 'official', testFraction: 0.2, validationFraction: 0.15 } as const;

/** The views of a description table, as if all were prepared. A row begins with its patient; no column before the paths is quoted. */
function viewsOf(kind: AbnormalityKind, officialSplit: OfficialSplit): readonly PreparedViewRecord[] {
  const name = `${kind === 'MASS' ? 'mass' : 'calc'}_case_description_${officialSplit === 'TEST' ? 'test' : 'train'}_set.csv`;
  const rows = readFileSync(join(tables, name), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('P_'));
  const views = new Map<string, PreparedViewRecord>();
  for (const row of rows) {
    const [code = '', , laterality, position] = row.split(',');
    const known: Partial<PreparedViewRecord> = {
      view: {
        patient: parsePatientCode(code) ?? expect.unreachable(code),
        laterality: laterality === 'LEFT' ? 'LEFT' : 'RIGHT',
        position: position === 'CC' ? 'CC' : 'MLO',
      },
      abnormalityKind: kind,
      officialSplit,
      inputsHash: sha256Of(row),
    };
    views.set(`${code} ${laterality ?? ''} ${position ?? ''}`, known as PreparedViewRecord);
  }
  return [...views.values()];
}

describe.skipIf(!existsSync(tables))('the official split of CBIS-DDSM (skipped where ../shared/data is absent)', () => {
  const mass = existsSync(tables) ? [...viewsOf('MASS', 'TRAINING'), ...viewsOf('MASS', 'TEST')] : [];
  const calc = existsSync(tables) ? [...viewsOf('CALCIFICATION', 'TRAINING'), ...viewsOf('CALCIFICATION', 'TEST')] : [];

  test('of one kind has the published patients, and none that cross', () => {
    const sizes = [mass, calc].map((views) => {
      const { training, validation, test: tested } = buildSplit(views, [], options);
      return [views.length, training.length + validation.length, tested.length];
    });
    expect(sizes).toEqual([
      [1592, 691, 201],
      [1511, 602, 151],
    ]);
    expect([crossingPatients(mass), crossingPatients(calc)]).toEqual([[], []]);
  });

  test('of all kinds reports the 31 patients that cross, and has each of them on the test side alone', () => {
    const all = [...mass, ...calc];
    const crossing = crossingPatients(all);
    expect(crossing).toHaveLength(31);
    const { training, validation, test: tested } = buildSplit(all, [], options);
    expect(tested).toEqual(expect.arrayContaining([...crossing]));
    const learning = new Set([...training, ...validation]);
    expect(crossing.filter((patient) => learning.has(patient))).toEqual([]);
    expect(training.length + validation.length + tested.length).toBe(1566);
  });
});
