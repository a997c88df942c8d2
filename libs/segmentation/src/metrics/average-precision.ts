import type { PixelCounts } from './pixel-counts.ts';

/**
 * Average precision: the sum over falling thresholds of (recall gained) x precision, without interpolation, as scikit-learn's
 * `average_precision_score` defines it, on probabilities rounded down to thousandths. 0 where no pixel is true.
 */
export function averagePrecision({ pixels, truePixels }: PixelCounts): number {
  const allTrue = truePixels.reduce((sum, count) => sum + count, 0);
  if (allTrue === 0) return 0;
  let [seen, seenTrue, sum] = [0, 0, 0];
  for (let step = pixels.length - 1; step >= 0; step -= 1) {
    const trueHere = truePixels[step] ?? 0;
    seen += pixels[step] ?? 0;
    seenTrue += trueHere;
    if (trueHere > 0) sum += (trueHere / allTrue) * (seenTrue / seen);
  }
  return sum;
}
