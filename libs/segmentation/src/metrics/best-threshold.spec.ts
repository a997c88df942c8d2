import { maskOverlap, thresholdProbabilities, type Mask, type RasterF32 } from '@mammoline/imaging';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/create-random.ts';
import { bestThreshold } from './best-threshold.ts';

const side = 12;
const empty: RasterF32 = { rows: side, columns: side, data: new Float32Array(side * side) };
const random = createRandom('best-threshold');
const truths = Array.from({ length: 4 }, (_, index): Mask => ({
  rows: side,
  columns: side,
  data: Uint8Array.from({ length: side * side }, () => (index > 0 && random.uniform() < 0.1 ? 1 : 0)),
}));
const predicted = truths.map(({ data }): RasterF32 => ({
  rows: side,
  columns: side,
  data: Float32Array.from(data, (isTrue) => (isTrue === 1 ? 0.3 + 0.4 * random.uniform() : 0.6 * random.uniform())),
}));

describe('bestThreshold', () => {
  test('is the best of all candidates, with the scores of the masks cut there', () => {
    const found = bestThreshold(predicted, truths);
    const scoreAt = (threshold: number) => {
      const overlaps = truths.map((truth, index) => maskOverlap(truth, thresholdProbabilities(predicted[index] ?? empty, threshold)));
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      return { dice: mean(overlaps.map(({ dice }) => dice)), iou: mean(overlaps.map(({ iou }) => iou)) };
    };
    expect(scoreAt(found.threshold).dice).toBeCloseTo(found.dice, 10);
    expect(scoreAt(found.threshold).iou).toBeCloseTo(found.iou, 10);
    for (let percent = 5; percent < 100; percent += 5) expect(scoreAt(percent / 100).dice).toBeLessThanOrEqual(found.dice + 1e-12);
  });

  test('takes the middle where many do equally well', () => {
    const truth: Mask = { rows: 1, columns: 2, data: new Uint8Array([0, 1]) };
    const sure: RasterF32 = { rows: 1, columns: 2, data: new Float32Array([0.001, 0.999]) };
    expect(bestThreshold([sure], [truth])).toEqual({ threshold: 0.5, dice: 1, iou: 1 });
  });
});
