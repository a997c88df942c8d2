import type { Mask } from './raster.ts';
import { slideWindow } from './slide-window.ts';

/**
 * Dilation by a square: marks pixels with a marked pixel within it. Outside the image counts as unmarked, as in OpenCV.
 * Two dilations by k are one by 2k - 1.
 * @param sidePx odd
 */
export function dilate(mask: Mask, sidePx: number): Mask {
  return slideWindow(mask, sidePx, 1);
}
