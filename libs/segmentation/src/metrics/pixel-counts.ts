import type { Mask, RasterF32 } from '@mammoline/imaging';
import { bug } from '@mammoline/kernel';

/** Probabilities are counted in so many equal steps. */
export const probabilitySteps = 1000;

/** How often each probability occurs, and how often it is right: all that average precision and calibration need, in memory that no number of images changes. */
export interface PixelCounts {
  /** Of each step: its pixels. */
  readonly pixels: Float64Array;
  /** Of each step: those that are true. */
  readonly truePixels: Float64Array;
  /** Of each step: the sum of the probabilities. */
  readonly probabilities: Float64Array;
}

export const noPixels = (): PixelCounts => ({
  pixels: new Float64Array(probabilitySteps),
  truePixels: new Float64Array(probabilitySteps),
  probabilities: new Float64Array(probabilitySteps),
});

export function countPixels(probabilities: RasterF32, truth: Mask): PixelCounts {
  if (truth.data.length !== probabilities.data.length) throw bug('a prediction has no truth of its size');
  const counts = noPixels();
  for (let at = 0; at < truth.data.length; at += 1) {
    const probability = probabilities.data[at] ?? 0;
    const step = Math.min(probabilitySteps - 1, Math.floor(probability * probabilitySteps));
    counts.pixels[step] = (counts.pixels[step] ?? 0) + 1;
    counts.truePixels[step] = (counts.truePixels[step] ?? 0) + (truth.data[at] ?? 0);
    counts.probabilities[step] = (counts.probabilities[step] ?? 0) + probability;
  }
  return counts;
}

/** The counts of all pixels together. */
export function addPixelCounts(all: readonly PixelCounts[]): PixelCounts {
  const sum = noPixels();
  for (const each of all) {
    for (let step = 0; step < probabilitySteps; step += 1) {
      sum.pixels[step] = (sum.pixels[step] ?? 0) + (each.pixels[step] ?? 0);
      sum.truePixels[step] = (sum.truePixels[step] ?? 0) + (each.truePixels[step] ?? 0);
      sum.probabilities[step] = (sum.probabilities[step] ?? 0) + (each.probabilities[step] ?? 0);
    }
  }
  return sum;
}
