import { expect, test } from 'vitest';
import { parseCheckpoint, serializeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { recipes } from '../recipes/recipes.ts';
import type { TrainingOptions } from './training-options.ts';

const options: TrainingOptions = { ...recipes.compact, seed: 0 };
const named = (value: number) => new Map([['a:b/c', { shape: [2], values: new Float32Array([value, -value]) }]]);
const checkpoint: Checkpoint = {
  steps: 34,
  seconds: 12.5,
  epochs: [
    {
      epoch: 1,
      loss: 0.7,
      validationLoss: 0.6,
      validationDice: 0.4,
      validationIou: 0.3,
      threshold: 0.35,
      smallestAreaShare: 0.001,
      seconds: 6,
    },
  ],
  weights: named(1),
  moments: named(2),
  best: named(3),
};

test('gives back what was written', () => {
  expect(parseCheckpoint(options, serializeCheckpoint(options, checkpoint))).toEqual(checkpoint);
});

test('refuses the checkpoint of a run with other options, and says which', () => {
  const bytes = serializeCheckpoint(options, checkpoint);
  expect(() => parseCheckpoint({ ...options, seed: 7 }, bytes)).toThrow(/of another run: found .*"seed":0.*expected .*"seed":7/);
});

test('takes the checkpoint of a version that had fewer options, where what is new is left off', () => {
  const { looks: _, augmentation, ...older } = options;
  const { wholeShare: __, ...olderAugmentation } = augmentation;
  const bytes = serializeCheckpoint({ ...older, augmentation: olderAugmentation } as TrainingOptions, checkpoint);
  const same = { ...options, looks: { flips: 'none', sizes: [1] }, augmentation: { ...augmentation, wholeShare: 0 } } as const;
  expect(parseCheckpoint(same, bytes)).toEqual(checkpoint);
  expect(() => parseCheckpoint({ ...same, looks: { flips: 'across', sizes: [1] } }, bytes)).toThrow(/of another run/);
});
