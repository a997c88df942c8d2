import { drawComponents } from './draw-components.ts';
import { labelComponents } from './label-components.ts';
import type { Mask } from './raster.ts';

/** The mask without its 8-connected components of fewer pixels. */
export function dropSmallComponents(mask: Mask, smallestAreaPx: number): Mask {
  if (smallestAreaPx <= 1) return mask;
  const kept = labelComponents(mask, 8).filter(({ areaPx }) => areaPx >= smallestAreaPx);
  return drawComponents(mask.rows, mask.columns, kept);
}
