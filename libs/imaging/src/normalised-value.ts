import type { ValueRange } from './value-range.ts';

/** Min-max normalisation of one value to 0..1 in double precision. The range must not be empty (min < max). */
export function normalisedValue(value: number, { min, max }: ValueRange): number {
  return (value - min) / (max - min);
}
