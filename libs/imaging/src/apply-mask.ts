import type { GreyRaster, Mask } from './raster.ts';

/** The image with `background` wherever the mask is unmarked. Both have the same size. */
export function applyMask({ rows, columns, data }: GreyRaster, mask: Mask, background: number): GreyRaster {
  const masked = data.slice();
  for (let index = 0; index < masked.length; index += 1) if (mask.data[index] !== 1) masked[index] = background;
  return { rows, columns, data: masked };
}
