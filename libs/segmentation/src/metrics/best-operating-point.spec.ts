import { dropSmallComponents, maskOverlap, thresholdProbabilities, type Mask, type RasterF32 } from '@mammoline/imaging';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/create-random.ts';
import { bestOperatingPoint } from './best-operating-point.ts';
import { mean } from './mean.ts';

const side = 40;
const random = createRandom('best-operating-point');
/** Squares, one image with none, and noise that a low threshold takes for lesions. */
const truths = Array.from({ length: 4 }, (_, index): Mask => ({
  rows: side,
  columns: side,
  data: Uint8Array.from({ length: side * side }, (_, at) => (index > 0 && at % side < 5 + index && Math.floor(at / side) < 8 ? 1 : 0)),
}));
const predicted = truths.map(({ data }): RasterF32 => ({
  rows: side,
  columns: side,
  data: Float32Array.from(data, (isTrue) => (isTrue === 1 ? 0.4 + 0.5 * random.uniform() : random.uniform() < 0.02 ? 0.7 : 0.2)),
}));

describe('bestOperatingPoint', () => {
  test('is the best of all candidates, with the scores of the masks cut there', () => {
    const found = bestOperatingPoint(predicted, truths);
    const scoreAt = (threshold: number, smallestAreaShare: number) => {
      const overlaps = predicted.map((probabilities, index) => {
        const mask = dropSmallComponents(thresholdProbabilities(probabilities, threshold), smallestAreaShare * side * side);
        return maskOverlap(mask, truths[index] ?? expect.unreachable());
      });
      return { dice: mean(overlaps.map(({ dice }) => dice)), iou: mean(overlaps.map(({ iou }) => iou)) };
    };
    expect(found.smallestAreaShare).toBeGreaterThan(0);
    const best = scoreAt(found.threshold, found.smallestAreaShare);
    expect(best.dice).toBeCloseTo(found.dice, 10);
    expect(best.iou).toBeCloseTo(found.iou, 10);
    for (let percent = 5; percent < 100; percent += 5) {
      for (const share of [0, 0.0005, 0.001, 0.002, 0.005])
        expect(scoreAt(percent / 100, share).dice).toBeLessThanOrEqual(found.dice + 1e-12);
    }
  });

  test('takes the middle threshold and no smallest area where many do equally well', () => {
    const truth: Mask = { rows: 1, columns: 2, data: new Uint8Array([0, 1]) };
    const sure: RasterF32 = { rows: 1, columns: 2, data: new Float32Array([0.001, 0.999]) };
    expect(bestOperatingPoint([sure], [truth])).toEqual({ threshold: 0.5, smallestAreaShare: 0, dice: 1, iou: 1 });
  });
});
