import type { Geometry } from './geometry.ts';
import { prepareMask } from './prepare-mask.ts';
import type { Mask } from './raster.ts';
import { resizeMaskToNetwork } from './resize-to-network.ts';

/** A mask of the source image as networks get it. @throws Failure invalid for a mask of another size than the source */
export function forwardMask(mask: Mask, geometry: Geometry): Mask {
  return resizeMaskToNetwork(prepareMask(mask, geometry), geometry);
}
