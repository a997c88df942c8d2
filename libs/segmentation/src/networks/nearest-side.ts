/** The networks halve a side five times. */
const stepPx = 32;

/** The side in pixels that the networks can halve, nearest to one that they may not. */
export function nearestSide(sidePx: number): number {
  return stepPx * Math.max(1, Math.round(sidePx / stepPx));
}
