import { dilate } from './dilate.ts';
import { erode } from './erode.ts';
import type { Mask } from './raster.ts';

/**
 * Opening (erosion, then dilation) by a square, which removes scratches and text thinner than the square, then one more dilation.
 * The two dilations are done as one.
 * @param sidePx odd
 */
export function openThenDilate(mask: Mask, sidePx: number): Mask {
  return dilate(erode(mask, sidePx), 2 * sidePx - 1);
}
