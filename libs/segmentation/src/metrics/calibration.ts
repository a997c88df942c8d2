import { probabilitySteps, type PixelCounts } from './pixel-counts.ts';

/** Pixels whose probability lies in one tenth: of a calibrated network, as many are true as it says. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  /** 0 where the bin is empty. */
  readonly meanProbability: number;
  /** 0 where the bin is empty. */
  readonly trueShare: number;
}

const binCount = 10;

/** The reliability curve (DeGroot and Fienberg 1983) in ten bins of equal width. */
export function reliability({ pixels, truePixels, probabilities }: PixelCounts): readonly ReliabilityBin[] {
  const steps = probabilitySteps / binCount;
  const sumOf = (values: Float64Array, bin: number): number =>
    values.subarray(bin * steps, (bin + 1) * steps).reduce((sum, value) => sum + value, 0);
  return Array.from({ length: binCount }, (_, bin) => {
    const count = sumOf(pixels, bin);
    return {
      from: bin / binCount,
      to: (bin + 1) / binCount,
      pixels: count,
      meanProbability: count === 0 ? 0 : sumOf(probabilities, bin) / count,
      trueShare: count === 0 ? 0 : sumOf(truePixels, bin) / count,
    };
  });
}

/** Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean distance between what is said and what is true, bins weighted by their pixels. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { pixels }) => sum + pixels, 0);
  if (all === 0) return 0;
  return bins.reduce((sum, { pixels, meanProbability, trueShare }) => sum + (pixels / all) * Math.abs(meanProbability - trueShare), 0);
}
