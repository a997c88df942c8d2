import { expect, test } from 'vitest';
import { bestEpoch } from './best-epoch.ts';
import type { EpochResult } from './epoch-result.ts';

/** Epochs with these scores, IoU a third of Dice but where it is given. */
const epochsOf = (dices: readonly number[], ious: readonly number[] = dices.map((dice) => dice / 3)): readonly EpochResult[] =>
  dices.map((validationDice, index) => ({
    epoch: index + 1,
    loss: 1,
    validationLoss: 1,
    validationDice,
    validationIou: ious[index] ?? 0,
    threshold: 0.5,
    smallestAreaShare: 0,
    seconds: 1,
  }));

test('the highest Dice or IoU decides, of several the first', () => {
  const epochs = epochsOf([0.2, 0.5, 0.4, 0.5], [0.1, 0.2, 0.3, 0.3]);
  expect(bestEpoch(epochs, 'dice')?.epoch).toBe(2);
  expect(bestEpoch(epochs, 'iou')?.epoch).toBe(3);
});

test('a steady Dice counts more than a single high one', () => {
  const dices = [0.3, 0.4, 0.45, 0.45, 0.64, 0.46, 0.45, 0.6, 0.61, 0.62, 0.61, 0.62, 0.6];
  expect(bestEpoch(epochsOf(dices), 'dice')?.epoch).toBe(5);
  expect(bestEpoch(epochsOf(dices), 'steady-dice')?.epoch).toBe(12);
});

test('the first epochs count together with those that there are', () => {
  expect(bestEpoch(epochsOf([0.3]), 'steady-dice')?.epoch).toBe(1);
  expect(bestEpoch(epochsOf([0.3, 0.5, 0.1]), 'steady-dice')?.epoch).toBe(2);
});

test.each(['dice', 'iou', 'steady-dice'] as const)('before the first epoch none is the best (%s)', (criterion) => {
  expect(bestEpoch([], criterion)).toBeUndefined();
});
