import { createRandom } from '../random/create-random.ts';

export interface BootstrapOptions {
  readonly samples: number;
  readonly seed: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of the intervals; the tails are equal. */
export const confidenceLevel = 0.95;

/**
 * 95 % intervals of statistics by the percentile bootstrap (Efron 1979) over clusters (Field and Welsh 2007): whole groups are drawn with replacement, since the views of
 * one patient resemble each other and are no independent evidence. Undefined for a statistic with fewer than two groups, or that most draws have no value of (NaN).
 * @param groups one a patient
 * @param statistics of the drawn groups; always as many numbers
 */
export function bootstrapIntervals<Group>(
  groups: readonly Group[],
  statistics: (drawn: readonly Group[]) => readonly number[],
  options: BootstrapOptions,
): readonly (Interval | undefined)[] {
  return drawStatistics(groups, statistics, options).map((values) =>
    groups.length < 2 || values.length <= options.samples / 2
      ? undefined
      : { low: quantile(values, (1 - confidenceLevel) / 2), high: quantile(values, (1 + confidenceLevel) / 2) },
  );
}

/** The finite values of each statistic over all draws, ascending. */
export function drawStatistics<Group>(
  groups: readonly Group[],
  statistics: (drawn: readonly Group[]) => readonly number[],
  { samples, seed }: BootstrapOptions,
): readonly (readonly number[])[] {
  const random = createRandom('bootstrap', seed);
  const draws = Array.from({ length: samples }, () => {
    const drawn: Group[] = [];
    while (drawn.length < groups.length) {
      const group = groups[random.integer(groups.length)];
      if (group !== undefined) drawn.push(group);
    }
    return statistics(drawn);
  });
  return (draws[0] ?? []).map((_, index) =>
    draws
      .map((values) => values[index] ?? Number.NaN)
      .filter(Number.isFinite)
      .sort((a, b) => a - b),
  );
}

/** Linear between the two nearest, as NumPy's default. @param sorted ascending, not empty */
export function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const lower = sorted[Math.floor(position)] ?? Number.NaN;
  const upper = sorted[Math.ceil(position)] ?? lower;
  return lower + (upper - lower) * (position - Math.floor(position));
}
