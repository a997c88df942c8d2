import type { Mask } from './raster.ts';
import { slideWindow } from './slide-window.ts';

/**
 * Erosion by a square: keeps pixels whose whole square is marked. Outside the image counts as marked, as in OpenCV.
 * @param sidePx odd
 */
export function erode(mask: Mask, sidePx: number): Mask {
  return slideWindow(mask, sidePx, 0);
}
