import type { BitMask } from './bit-mask.ts';
import { dilate } from './dilate.ts';
import { erode } from './erode.ts';
import type { Kernels } from './kernels/kernels.ts';

/**
 * Opening (erosion, then dilation) by a square, which removes scratches and text thinner than the square, then one more dilation, in place.
 * The two dilations are done as one.
 * @param sidePx odd, at most 31
 */
export function openThenDilate(marks: BitMask, sidePx: number, kernels: Kernels): void {
  erode(marks, sidePx, kernels);
  dilate(marks, 2 * sidePx - 1, kernels);
}
