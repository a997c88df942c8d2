import type { GreyRaster, Mask } from './raster.ts';
import { valueRange } from './value-range.ts';

/**
 * Reads a mask from grey pixels: those brighter than half of the brightest are marked, so 0/1, 0/255 and masks with traces of lossy
 * compression all come out right. An image of zeros is an empty mask; an image of any other one value is wholly marked.
 */
export function maskFromGrey(image: GreyRaster): Mask {
  const half = valueRange(image).max / 2;
  const { rows, columns, data } = image;
  const marked = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 1) marked[index] = (data[index] ?? 0) > half ? 1 : 0;
  return { rows, columns, data: marked };
}
