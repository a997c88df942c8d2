import type { Rectangle } from './crop.ts';

/** Fractions of the width (left, right) and of the height (top, bottom). */
export interface BorderFractions {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * What is left of an image when a fraction of each side is cut off, where scanned films have their frame.
 * Starts at `trunc(n * before)` and ends before `trunc(n * (1 - after))`, in double precision as the reference does: .96 * n is not n - .04 * n.
 */
export function cropBorders(rows: number, columns: number, fractions: BorderFractions): Rectangle {
  const top = Math.trunc(rows * fractions.top);
  const left = Math.trunc(columns * fractions.left);
  const bottom = Math.trunc(rows * (1 - fractions.bottom));
  const right = Math.trunc(columns * (1 - fractions.right));
  return { top, left, rows: bottom - top, columns: right - left };
}
