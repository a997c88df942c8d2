import type { GreyRaster, Raster8 } from './raster.ts';

/** Mirrors left and right. */
export function flip(image: Raster8): Raster8;
export function flip(image: GreyRaster): GreyRaster;
export function flip({ rows, columns, data }: GreyRaster): GreyRaster {
  // Not slice: that of a Buffer copies nothing.
  const flipped = data instanceof Uint8Array ? new Uint8Array(data) : new Uint16Array(data);
  for (let y = 0; y < rows; y += 1) flipped.subarray(y * columns, (y + 1) * columns).reverse();
  return { rows, columns, data: flipped };
}
