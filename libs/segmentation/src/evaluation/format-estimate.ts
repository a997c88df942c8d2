import type { Estimate } from './evaluation-schema.ts';

/** `0.536 (0.480 to 0.590)`: a statistic with its 95 % interval, where it has one. */
export function formatEstimate({ value, low, high }: Estimate): string {
  return low === null || high === null ? value.toFixed(3) : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
