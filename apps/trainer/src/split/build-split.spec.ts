import type { PatientTraits, PreparedViewRecord } from '@mammoline/catalogue';
import { parsePatientCode, sha256Of, type OfficialSplit, type PatientCode } from '@mammoline/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertDisjoint } from './assert-disjoint.ts';
import { buildSplit } from './build-split.ts';
import { drawFolds } from './draw-folds.ts';

const patient = (number: number): PatientCode => {
  const code = parsePatientCode(`P_${String(number).padStart(5, '0')}`);
  if (code === undefined) throw new Error(`no patient code from ${String(number)}`);
  return code;
};

const prepared = (number: number, officialSplit: OfficialSplit, abnormalityKind: 'MASS' | 'CALCIFICATION' = 'MASS'): PreparedViewRecord =>
  ({
    view: { patient: patient(number), laterality: 'LEFT', position: 'CC' },
    officialSplit,
    abnormalityKind,
    inputsHash: sha256Of(`${String(number)}${abnormalityKind}`),
  }) as PreparedViewRecord;

const options = { seed: 1, splitSeed: 2, split: 'official', testFraction: 0.2, validationFraction: 0.2 } as const;

describe('buildSplit', () => {
  test('keeps the official sides and draws validation from training', () => {
    const views = [
      ...Array.from({ length: 10 }, (_, n) => prepared(n, 'TRAINING')),
      ...Array.from({ length: 3 }, (_, n) => prepared(90 + n, 'TEST')),
    ];
    const split = buildSplit(views, [], options);
    expect(split.test).toEqual([patient(90), patient(91), patient(92)]);
    expect([...split.training, ...split.validation].sort()).toEqual(Array.from({ length: 10 }, (_, n) => patient(n)));
    expect(split.validation).toHaveLength(2);
  });

  test('moves a patient who crosses Training and Test between the kinds wholly to the test side', () => {
    const views = [prepared(1, 'TRAINING'), prepared(2, 'TRAINING'), prepared(3, 'TRAINING', 'MASS'), prepared(3, 'TEST', 'CALCIFICATION')];
    const split = buildSplit(views, [], options);
    expect(split.test).toEqual([patient(3)]);
    expect([...split.training, ...split.validation]).not.toContain(patient(3));
  });

  test('no patient is ever on two sides, none is lost, and the order of the views does not matter', () => {
    const view = fc.tuple(
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom<OfficialSplit>('TRAINING', 'TEST'),
      fc.constantFrom('MASS' as const, 'CALCIFICATION' as const),
    );
    fc.assert(
      fc.property(
        fc.array(view, { minLength: 8 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.constantFrom('official' as const, 'patient' as const, 'kfold' as const),
        (drawn, seed, split) => {
          const views = [
            prepared(101, 'TRAINING'),
            prepared(102, 'TRAINING'),
            prepared(103, 'TRAINING'),
            prepared(104, 'TRAINING'),
            prepared(105, 'TRAINING'),
            ...drawn.map((one) => prepared(...one)),
          ];
          const made = buildSplit(views, [], { ...options, seed, split });
          const all = [...made.training, ...made.validation, ...made.test];
          expect(new Set(all).size).toBe(all.length);
          expect([...all].sort()).toEqual([...new Set(views.map((one) => one.view.patient))].sort());
          expect(buildSplit([...views].reverse(), [], { ...options, seed, split }).hash).toBe(made.hash);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('says so where there is too little to learn from', () => {
    expect(() => buildSplit([prepared(1, 'TRAINING'), prepared(2, 'TEST')], [], options)).toThrow(
      /1 of them to learn from; expected at least 2/,
    );
  });
});

describe('drawFolds', () => {
  const traits = Array.from({ length: 103 }, (_, n): PatientTraits => ({
    patient: patient(n),
    pathology: n % 3 === 0 ? 'MALIGNANT' : 'BENIGN',
    hasSeveral: n % 10 === 0,
  }));
  const patients = traits.map((one) => one.patient);

  test('every patient tests once, and each fold has its share of malignant ones and of those with several abnormalities', () => {
    const folds = drawFolds(patients, traits, 5, 1);
    expect(folds.flat().sort()).toEqual(patients);
    const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);
    const count = (isOne: (trait: PatientTraits) => boolean): readonly number[] =>
      folds.map((fold) => traits.filter((trait) => isOne(trait) && fold.includes(trait.patient)).length);
    expect(spread(folds.map((fold) => fold.length))).toBeLessThanOrEqual(1);
    expect(spread(count(({ pathology, hasSeveral }) => pathology === 'MALIGNANT' && !hasSeveral))).toBeLessThanOrEqual(1);
    expect(spread(count(({ hasSeveral }) => hasSeveral))).toBeLessThanOrEqual(2);
    expect(drawFolds([...patients].reverse(), traits, 5, 1)).toEqual(folds);
    expect(drawFolds(patients, traits, 5, 2)).not.toEqual(folds);
  });

  test('a k-fold split tests the fold that was asked for', () => {
    const views = patients.map((_, n) => prepared(n, n % 4 === 0 ? 'TEST' : 'TRAINING'));
    const splits = [1, 2, 3].map((fold) => buildSplit(views, traits, { ...options, split: 'kfold', folds: 3, fold }));
    expect(splits.flatMap(({ test }) => test).sort()).toEqual(patients);
    expect(splits.map(({ test }) => test)).toEqual(drawFolds(patients, traits, 3, options.splitSeed));
    expect(new Set(splits.map(({ hash }) => hash)).size).toBe(3);
  });

  test.each(['patient', 'kfold'] as const)(
    'the test patients of a %s split are those of its own seed; the other draws who validates',
    (split) => {
      const views = patients.map((_, n) => prepared(n, 'TRAINING'));
      const of = (seed: number, splitSeed: number) => buildSplit(views, traits, { ...options, split, seed, splitSeed });
      expect(of(3, 2).test).toEqual(of(1, 2).test);
      expect(of(3, 2).validation).not.toEqual(of(1, 2).validation);
      expect(of(1, 3).test).not.toEqual(of(1, 2).test);
    },
  );
});

test('assertDisjoint names the patients and the sides', () => {
  const leak = { training: [patient(1), patient(2)], validation: [patient(3)], test: [patient(2), patient(3)] };
  expect(() => {
    assertDisjoint(leak);
  }).toThrow(/2 patients.*P_00002 \(training and test\), P_00003 \(validation and test\)/);
});
