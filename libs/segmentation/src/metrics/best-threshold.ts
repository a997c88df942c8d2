import type { Mask, RasterF32 } from '@mammoline/imaging';
import { bug } from '@mammoline/kernel';

/** How well the masks agree with the truth when probabilities are cut at one threshold: means over the images. */
export interface ThresholdScore {
  readonly threshold: number;
  readonly dice: number;
  readonly iou: number;
}

/** A step finer than small validation sets can tell. */
const candidates = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

/**
 * The threshold of the highest mean Dice over the images, with its scores; of several, the middle one. An image of two empty masks scores 1.
 * @param predicted probabilities in 0..1, each of its truth's size
 */
export function bestThreshold(predicted: readonly RasterF32[], truths: readonly Mask[]): ThresholdScore {
  const counts = predicted.map((probabilities, index) => countBins(probabilities, truths[index]));
  const scores = candidates.map((threshold, index) => {
    let dice = 0;
    let iou = 0;
    for (const { overlap, area, truthArea } of counts) {
      const shared = overlap[index] ?? 0;
      const sum = (area[index] ?? 0) + truthArea;
      dice += sum === 0 ? 1 : (2 * shared) / sum;
      iou += sum === 0 ? 1 : shared / (sum - shared);
    }
    return { threshold, dice: dice / counts.length, iou: iou / counts.length };
  });
  const highest = Math.max(...scores.map(({ dice }) => dice));
  const best = scores.filter(({ dice }) => dice === highest);
  return best[Math.floor(best.length / 2)] ?? { threshold: 0.5, dice: 0, iou: 0 };
}

/** For each candidate threshold: pixels at or above it, and how many of them are true. */
function countBins(probabilities: RasterF32, truth: Mask | undefined) {
  if (truth?.data.length !== probabilities.data.length) throw bug('a prediction has no truth of its size');
  const overlap = new Array<number>(candidates.length).fill(0);
  const area = new Array<number>(candidates.length).fill(0);
  let truthArea = 0;
  for (let at = 0; at < truth.data.length; at += 1) {
    const value = probabilities.data[at] ?? 0;
    const isTrue = truth.data[at] ?? 0;
    truthArea += isTrue;
    for (let index = 0; index < candidates.length && value >= (candidates[index] ?? 1); index += 1) {
      area[index] = (area[index] ?? 0) + 1;
      overlap[index] = (overlap[index] ?? 0) + isTrue;
    }
  }
  return { overlap, area, truthArea };
}
