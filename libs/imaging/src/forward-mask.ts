import { invalid } from '@mammoline/kernel';
import type { Geometry } from './geometry.ts';
import type { Mask } from './raster.ts';

/**
 * A mask of the source image as networks get it: what `prepareMask` and then `resizeMaskToNetwork` make of it, without the images between.
 * Each pixel takes the source pixel that its centre lies in.
 * @throws Failure invalid for a mask of another size than the source
 */
export function forwardMask(mask: Mask, { source, crop, isFlipped, paddedSidePx, networkSidePx }: Geometry): Mask {
  if (mask.rows !== source.rows || mask.columns !== source.columns) {
    throw invalid(`found a mask of ${mask.rows} x ${mask.columns} pixels, expected its mammogram's ${source.rows} x ${source.columns}`);
  }
  const under = (at: number): number => Math.floor(((at + 0.5) * paddedSidePx) / networkSidePx);
  const data = new Uint8Array(networkSidePx * networkSidePx);
  for (let y = 0; y < networkSidePx; y += 1) {
    const cropY = under(y);
    if (cropY >= crop.rows) break;
    const row = (crop.top + cropY) * source.columns + crop.left;
    for (let x = 0; x < networkSidePx; x += 1) {
      const cropX = under(x);
      if (cropX >= crop.columns) break;
      data[y * networkSidePx + x] = mask.data[row + (isFlipped ? crop.columns - 1 - cropX : cropX)] ?? 0;
    }
  }
  return { rows: networkSidePx, columns: networkSidePx, data };
}
