/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = Math.floor(sorted.length / 2);
  const above = sorted[upper] ?? Number.NaN;
  return sorted.length % 2 === 1 ? above : ((sorted[upper - 1] ?? Number.NaN) + above) / 2;
}
