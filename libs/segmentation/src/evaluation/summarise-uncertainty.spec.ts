import { expect, test } from 'vitest';
import { summariseUncertainty } from './summarise-uncertainty.ts';

test('the most certain views first, kept and flagged apart; views that were looked at once have no part', () => {
  const views = Array.from({ length: 10 }, (_, at) => ({ dice: 1 - at / 10, iou: 0.5, uncertainty: at / 100, isAbstained: at > 7 }));
  const summary = summariseUncertainty([...views.toReversed(), { dice: 0, iou: 0 }]) ?? expect.unreachable();
  expect(summary.riskCoverage.map(({ coverage, views: count }) => [coverage, count])).toEqual([
    [1, 10],
    [0.9, 9],
    [0.8, 8],
    [0.7, 7],
    [0.6, 6],
    [0.5, 5],
  ]);
  expect(summary.riskCoverage.at(-1)?.meanDice).toBeCloseTo(0.8, 9);
  expect(summary.kept).toMatchObject({ views: 8, meanDice: expect.closeTo(0.65, 9) as number, meanIou: 0.5 });
  expect(summary.abstained).toMatchObject({ views: 2, meanDice: expect.closeTo(0.15, 9) as number });
});

test('without a limit nothing is kept or flagged; without uncertainties there is nothing to say', () => {
  expect(summariseUncertainty([{ dice: 1, iou: 1, uncertainty: 0.1 }])).toMatchObject({
    kept: { views: 0, meanDice: null },
    abstained: { views: 0, meanDice: null },
    riskCoverage: Array.from({ length: 6 }, () => expect.objectContaining({ views: 1, meanDice: 1 }) as unknown),
  });
  expect(summariseUncertainty([{ dice: 1, iou: 1 }])).toBeUndefined();
});
