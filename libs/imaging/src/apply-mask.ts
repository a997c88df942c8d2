import type { GreyRaster, Mask } from './raster.ts';

/** The image with `background` wherever the mask is unmarked. Both have the same size. */
export function applyMask({ rows, columns, data }: GreyRaster, mask: Mask, background: number): GreyRaster {
  // Not slice: that of a Buffer copies nothing.
  const masked = data instanceof Uint8Array ? new Uint8Array(data) : new Uint16Array(data);
  for (let index = 0; index < masked.length; index += 1) if (mask.data[index] !== 1) masked[index] = background;
  return { rows, columns, data: masked };
}
