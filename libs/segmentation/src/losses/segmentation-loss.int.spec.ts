import { expect, test } from 'vitest';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { openBackend } from '../backend/open-backend.ts';
import { segmentationLoss, type LossName } from './segmentation-loss.ts';

const { tf } = await openBackend();
const asImages = (values: readonly number[]): Tensor4D => tf.tensor4d([...values], [1, 1, values.length, 1]);
const lossOf = (name: LossName, logits: readonly number[], truth: readonly number[]): number =>
  tf.tidy(() => segmentationLoss(tf, name, asImages(logits), asImages(truth)).dataSync<'float32'>()[0] ?? Number.NaN);

const logitOf = (probability: number): number => Math.log(probability / (1 - probability));
const logits = [0.9, 0.2, 0.4].map(logitOf);
const truth = [1, 0, 1];
const crossEntropy = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.4)) / 3;
// Twice the overlap over both areas, each with one pixel of smoothing.
const dice = 1 - (2 * (0.9 + 0.4) + 1) / (1.5 + 2 + 1);

test('the losses are those that one calculates by hand', () => {
  expect(lossOf('bce', logits, truth)).toBeCloseTo(crossEntropy, 5);
  expect(lossOf('dice', logits, truth)).toBeCloseTo(dice, 5);
  expect(lossOf('bce+dice', logits, truth)).toBeCloseTo(crossEntropy + dice, 5);
});

test('Dice of a batch weighs pixels, Dice of images weighs images', () => {
  const ofTwo = (name: LossName): number =>
    tf.tidy(() => {
      const batch = (values: readonly number[]): Tensor4D => tf.tensor4d([...values], [2, 1, 3, 1]);
      const wrong = [0.1, 0.1, 0.1].map(logitOf);
      return segmentationLoss(tf, name, batch([...logits, ...wrong]), batch([...truth, 0, 0, 1])).dataSync<'float32'>()[0] ?? Number.NaN;
    });
  const entropies = (3 * crossEntropy - 2 * Math.log(0.9) - Math.log(0.1)) / 6;
  const other = 1 - (2 * 0.1 + 1) / (0.3 + 1 + 1);
  expect(ofTwo('bce+image-dice')).toBeCloseTo(entropies + (dice + other) / 2, 5);
  expect(ofTwo('bce+dice')).toBeCloseTo(entropies + 1 - (2 * (0.9 + 0.4 + 0.1) + 1) / (1.5 + 2 + 0.3 + 1 + 1), 5);
});

test('stay finite where the network is very sure, and are almost nothing where it is right', () => {
  expect(lossOf('bce+dice', [200, -200], [1, 0])).toBeCloseTo(0, 5);
  expect(lossOf('bce', [200, -200], [0, 1])).toBeCloseTo(200, 3);
  expect(lossOf('dice', [-200, -200], [0, 0])).toBeCloseTo(0, 5);
});
