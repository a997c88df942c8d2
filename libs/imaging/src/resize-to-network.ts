import type { Geometry } from './geometry.ts';
import type { Mask, Raster8 } from './raster.ts';
import { resampleMaskNearest } from './resample-mask-nearest.ts';
import { resizeAreaAverage } from './resize-area-average.ts';

/** The prepared square image as networks get it. */
export function resizeToNetwork(image: Raster8, { networkSidePx }: Geometry): Raster8 {
  return resizeAreaAverage(image, networkSidePx, networkSidePx);
}

/** The prepared square mask as networks get it. */
export function resizeMaskToNetwork(mask: Mask, { networkSidePx }: Geometry): Mask {
  return resampleMaskNearest(mask, networkSidePx, networkSidePx);
}
