import { bug } from '@mammoline/kernel';
import { sparePx, type BitMask } from './bit-mask.ts';
import type { Kernels } from './kernels/kernels.ts';

/**
 * Dilation by a square, in place: marks pixels with a marked pixel within it. Outside the image counts as unmarked, as in OpenCV.
 * Two dilations by k are one by 2k - 1.
 * @param sidePx odd, at most 63
 */
export function dilate(marks: BitMask, sidePx: number, kernels: Kernels): void {
  const radius = (sidePx - 1) / 2;
  if (!Number.isInteger(radius) || radius < 0 || radius >= sparePx) {
    throw bug(`dilation: found a square of ${sidePx} pixels, expected an odd number up to ${2 * sparePx - 1}`);
  }
  kernels.dilateAlongRows(marks, radius);
  kernels.dilateAlongColumns(marks, radius);
}
