import type { GreyRaster, Raster8 } from './raster.ts';

/** A part of an image in whole pixels. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Copies a rectangle that lies within the image. */
export function crop(image: Raster8, part: Rectangle): Raster8;
export function crop(image: GreyRaster, part: Rectangle): GreyRaster;
export function crop(image: GreyRaster, part: Rectangle): GreyRaster {
  const { rows, columns, top, left } = part;
  const data = image.data instanceof Uint8Array ? new Uint8Array(rows * columns) : new Uint16Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    const start = (top + y) * image.columns + left;
    data.set(image.data.subarray(start, start + columns), y * columns);
  }
  return { rows, columns, data };
}
