import { quantile } from '../metrics/bootstrap.ts';

/** Of the validation mammograms, how many are below the limit. */
const keptShare = 0.8;
/** A quantile of fewer says nothing. */
const fewest = 5;

/** The disagreement above which a model should leave a mammogram to people: a fifth of the validation mammograms are above it. Undefined where there are too few. */
export function abstentionLimit(disagreements: readonly number[]): number | undefined {
  if (disagreements.length < fewest) return undefined;
  return quantile(
    disagreements.toSorted((a, b) => a - b),
    keptShare,
  );
}
