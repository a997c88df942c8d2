import type { Mask, Raster8 } from './raster.ts';

/** Black and white (0 and 255), as masks are stored and looked at. */
export function maskToGrey({ rows, columns, data }: Mask): Raster8 {
  return { rows, columns, data: data.map((value) => value * 255) };
}
