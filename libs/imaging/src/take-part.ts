import type { Rectangle } from './crop.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { GreyRaster, Raster16 } from './raster.ts';

/** Copies a rectangle that lies within the image, as 16 bits, to where the kernels work. */
export function takePart(image: GreyRaster, { top, left, rows, columns }: Rectangle, kernels: Kernels): Raster16 {
  const data = kernels.words16(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    const start = (top + y) * image.columns + left;
    data.set(image.data.subarray(start, start + columns), y * columns);
  }
  return { rows, columns, data };
}
