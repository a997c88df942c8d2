import type { Mask, RasterF32 } from '@mammoline/imaging';
import { disagreementOfMaps } from '../uncertainty/disagreement-of-maps.ts';
import { meanOfMaps } from '../uncertainty/mean-of-maps.ts';
import { bestOperatingPoint, type OperatingPoint } from './best-operating-point.ts';
import { quantile } from './bootstrap.ts';

/** How a model is to be used, by its validation mammograms. */
export interface Judgement extends OperatingPoint {
  /** The disagreement of looks above which a mammogram is left to people: a fifth of the validation mammograms are above it. Undefined where too few were looked at more than once. */
  readonly abstainAbove: number | undefined;
}

export interface Judge {
  /** @param maps what the looks at one mammogram gave @param truth of their size */
  readonly see: (maps: readonly RasterF32[], truth: Mask) => void;
  /** Of all that it has seen. */
  readonly judge: () => Judgement;
}

/** Of the validation mammograms, how many are below the limit. */
const keptShare = 0.8;
/** A quantile of fewer says nothing. */
const fewest = 5;

/** Sees validation mammograms one by one, and keeps of each the mean of its maps. */
export function openJudge(): Judge {
  const predicted: RasterF32[] = [];
  const truths: Mask[] = [];
  const disagreements: number[] = [];
  return {
    see: (maps, truth) => {
      const mean = meanOfMaps(maps);
      predicted.push(mean);
      truths.push(truth);
      if (maps.length > 1) disagreements.push(disagreementOfMaps(maps, mean));
    },
    judge: () => ({
      ...bestOperatingPoint(predicted, truths),
      abstainAbove:
        disagreements.length < fewest
          ? undefined
          : quantile(
              disagreements.toSorted((a, b) => a - b),
              keptShare,
            ),
    }),
  };
}
