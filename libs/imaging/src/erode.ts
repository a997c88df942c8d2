import type { BitMask } from './bit-mask.ts';
import { dilate } from './dilate.ts';
import { invert } from './invert.ts';
import type { Kernels } from './kernels/kernels.ts';

/**
 * Erosion by a square, in place: keeps pixels whose whole square is marked. Outside the image counts as marked, as in OpenCV: what is unmarked grows.
 * @param sidePx odd, at most 63
 */
export function erode(marks: BitMask, sidePx: number, kernels: Kernels): void {
  invert(marks);
  dilate(marks, sidePx, kernels);
  invert(marks);
}
