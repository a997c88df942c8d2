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
