import { bootstrapIntervals, type BootstrapOptions } from '../metrics/bootstrap.ts';
import type { Estimate } from './evaluation-schema.ts';

/** Statistics of all patients, with their intervals; 0 without one for those of nothing. */
export function estimate<Patient>(
  patients: readonly Patient[],
  statistics: (drawn: readonly Patient[]) => readonly number[],
  options: BootstrapOptions,
): readonly Estimate[] {
  const intervals = bootstrapIntervals(patients, statistics, options);
  return statistics(patients).map((value, index) => ({
    value: Number.isFinite(value) ? value : 0,
    low: intervals[index]?.low ?? null,
    high: intervals[index]?.high ?? null,
  }));
}
