import type { Mask } from '@mammoline/imaging';

/** A rectangle of a source image, in its pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A square around everything that the masks mark, with as much again around it, within the image; undefined where they mark nothing.
 * @param minSide so that a speck is not enlarged beyond recognition
 */
export function regionAround(masks: readonly Mask[], minSide: number): Region | undefined {
  const [first] = masks;
  if (first === undefined) return undefined;
  let [left, top, right, bottom] = [first.columns, first.rows, -1, -1];
  for (const mask of masks) {
    for (let y = 0, at = 0; y < mask.rows; y += 1) {
      for (let x = 0; x < mask.columns; x += 1, at += 1) {
        if (mask.data[at] === 0) continue;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
  }
  if (right < 0) return undefined;
  const side = Math.min(first.columns, first.rows, Math.max(minSide, Math.round(2 * Math.max(right - left, bottom - top))));
  const place = (middle: number, size: number): number => Math.round(Math.min(size - side, Math.max(0, middle - side / 2)));
  return { left: place((left + right) / 2, first.columns), top: place((top + bottom) / 2, first.rows), width: side, height: side };
}
