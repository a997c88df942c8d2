import type { PatientTraits, PreparedViewRecord, SplitRecord } from '@mammoline/catalogue';
import { assertNever, invalid, sha256Of, stableJson, type PatientCode } from '@mammoline/kernel';
import { defaultFolds, type TrainingOptions } from '../training-options.ts';
import { assertDisjoint, type SplitSides } from './assert-disjoint.ts';
import { drawFolds } from './draw-folds.ts';
import { drawPatients } from './draw-patients.ts';

type SplitOptions = Pick<
  TrainingOptions,
  'abnormalityKind' | 'seed' | 'split' | 'splitSeed' | 'testFraction' | 'validationFraction' | 'folds' | 'fold'
>;

/**
 * Parts the patients of the prepared views into training, validation and test; the patient is the unit everywhere.
 *
 * Official: the sides that CBIS-DDSM publishes. It publishes them for masses and calcifications apart, and patients of both kinds may be in
 * Training of one and Test of the other: where both kinds are trained together, those are wholly on the test side. In a patient split test patients are drawn, in a k-fold split one
 * fold tests, by a seed of their own: trainings with several seeds keep the same patients for the test, and can be compared and put together. Validation is drawn from the others.
 * @param traits of the patients, which folds keep in balance
 * @throws Failure invalid where a side that is needed stays empty
 */
export function buildSplit(views: readonly PreparedViewRecord[], traits: readonly PatientTraits[], options: SplitOptions): SplitRecord {
  const { split: kind, seed, abnormalityKind } = options;
  const patients = [...new Set(views.map((view) => view.view.patient))];
  const test = testPatients(views, patients, traits, options);
  const isTest = new Set(test);
  const learning = patients.filter((patient) => !isTest.has(patient));
  if (learning.length < 2) {
    throw invalid(
      `found ${String(patients.length)} patients with prepared views and masks, ${String(learning.length)} of them to learn from; expected at least 2 ` +
        `(one to train, one to validate). Import more, or ${kind === 'official' ? 'use a patient split' : 'test on fewer of them'}`,
      { field: 'split' },
    );
  }
  const validation = drawPatients(learning, options.validationFraction, seed, 'validation');
  const sides: SplitSides = { training: validation.left, validation: validation.drawn, test };
  assertDisjoint(sides);
  return {
    hash: sha256Of(stableJson({ kind, abnormalityKind: abnormalityKind ?? 'ALL', ...sides })),
    kind,
    seed,
    abnormalityKind,
    ...sides,
  };
}

function testPatients(
  views: readonly PreparedViewRecord[],
  patients: readonly PatientCode[],
  traits: readonly PatientTraits[],
  { split, splitSeed = 0, testFraction, folds = defaultFolds, fold = 1 }: SplitOptions,
): readonly PatientCode[] {
  switch (split) {
    case 'official':
      return [...new Set(views.filter((view) => view.officialSplit === 'TEST').map((view) => view.view.patient))].sort();
    case 'patient':
      return drawPatients(patients, testFraction, splitSeed, 'test').drawn;
    case 'kfold':
      if (patients.length < folds) {
        throw invalid(
          `found ${String(patients.length)} patients with prepared views and masks, expected one for each of ${String(folds)} folds`,
          {
            field: 'folds',
          },
        );
      }
      return drawFolds(patients, traits, folds, splitSeed)[fold - 1] ?? [];
    default:
      return assertNever(split, 'kind of split');
  }
}
