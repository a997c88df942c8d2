import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { maskOf, tenths } from '../metrics/mask.fixture.ts';
import { compareEvaluations } from './compare-evaluations.ts';
import { evaluationSchema } from './evaluation-schema.ts';
import { scoreImage } from './score-image.ts';
import { summariseEvaluation, type ScoredView } from './summarise-evaluation.ts';

const options = { samples: 200, seed: 1 };
const about = {
  createdAt: '2026-01-01T00:00:00.000Z',
  models: [{ id: 'm', network: 'n', imageSize: 32, threshold: 0.5, smallestAreaShare: 0, splitHash: 's' }],
  unscored: [],
  dataHash: 'd',
};
const truth = maskOf('##..', '##..');
const found = scoreImage({ probabilities: tenths('98..', '9...'), mask: maskOf('##..', '#...'), truth, smallestAreaPx: 0 });
const missed = scoreImage({ probabilities: tenths('...7', '....'), mask: maskOf('...#', '....'), truth, smallestAreaPx: 0 });
const viewOf = (patient: number, position: string, scores: typeof found, density: string): ScoredView => ({
  ...scores,
  case: `Mass-Test_P_0000${String(patient)}_LEFT_${position}`,
  patient: `P_0000${String(patient)}`,
  modelVersionId: 'm',
  traits: [
    { by: 'density', value: density },
    { by: 'view', value: position },
  ],
});
const views = [
  viewOf(1, 'CC', found, '1'),
  viewOf(1, 'MLO', found, '1'),
  viewOf(2, 'CC', missed, '2'),
  viewOf(3, 'CC', found, '1'),
  viewOf(4, 'CC', missed, '2'),
];

describe('summariseEvaluation', () => {
  const evaluation = summariseEvaluation(views, about, options);

  test('by hand: three of five views found', () => {
    // Dice of a found one: 2 * 3 / (3 + 4); IoU 3 / 4.
    expect(evaluation.dice.mean.value).toBeCloseTo((3 * 6) / 7 / 5, 12);
    expect(evaluation.dice).toMatchObject({ median: { value: 6 / 7 }, zeros: { value: 0.4 } });
    expect(evaluation.iou.mean.value).toBeCloseTo((3 * 3) / 4 / 5, 12);
    expect(evaluation.data).toEqual({ patients: 4, views: 5, hash: 'd' });
    expect(evaluation.lesions).toMatchObject({ count: 5, sensitivity: { value: 0.6 }, falsePositivesPerImage: { value: 0.4 } });
    // At .8 three lesions are found and nothing false is there.
    expect(evaluation.lesions.froc.map(({ sensitivity }) => sensitivity.value)).toEqual(Array.from({ length: 7 }, () => 0.6));
    expect(evaluation.dice.mean.low).toBeLessThan(evaluation.dice.mean.value);
    expect(evaluation.dice.mean.high).toBeGreaterThan(evaluation.dice.mean.value);
  });

  test('tells strata apart, and has no interval where one patient is all', () => {
    const of = (by: string, value: string) => evaluation.strata.find((one) => one.by === by && one.value === value);
    expect(evaluation.strata.map(({ by, value }) => `${by} ${value}`)).toEqual(['density 1', 'density 2', 'view CC', 'view MLO']);
    expect(of('density', '2')).toMatchObject({ patients: 2, views: 2, dice: { zeros: { value: 1 } }, lesions: 2, lesionsFound: 0 });
    expect(of('view', 'MLO')?.dice.mean).toEqual({ value: expect.closeTo(6 / 7, 12) as number, low: null, high: null });
  });

  test('is what the schema says, of no views too, and the schema in the documentation is this one', () => {
    expect(evaluationSchema.parse(JSON.parse(JSON.stringify(evaluation)))).toEqual(evaluation);
    const empty = summariseEvaluation([], about, options);
    expect(evaluationSchema.parse(JSON.parse(JSON.stringify(empty)))).toEqual(empty);
    const documented: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../../docs/reference/evaluation.schema.json'), 'utf8'),
    );
    expect(z.toJSONSchema(evaluationSchema)).toEqual(documented);
  });

  test('a comparison is on the views that both have', () => {
    const better = summariseEvaluation([...views.slice(0, 2), viewOf(2, 'CC', found, '2'), viewOf(9, 'CC', found, '1')], about, options);
    const comparison = compareEvaluations(better, evaluation, options);
    expect(comparison).toMatchObject({ patients: 2, views: 3 });
    expect(comparison.dice.difference.value).toBeCloseTo(6 / 7 / 3, 12);
    expect(compareEvaluations(evaluation, evaluation, options).dice).toMatchObject({ difference: { value: 0 }, pValue: 1 });
  });
});
