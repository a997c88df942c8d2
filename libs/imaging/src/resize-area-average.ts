import type { Kernels } from './kernels/kernels.ts';
import { createPlainKernels } from './kernels/plain-kernels.ts';
import type { Raster8 } from './raster.ts';

/** Resizes by averaging the source area that each pixel covers, parts of pixels by their share; rounds half up. */
export function resizeAreaAverage(image: Raster8, toRows: number, toColumns: number): Raster8 {
  const { rows, columns } = image;
  if (rows === toRows && columns === toColumns) return image;
  return averageAreas(image, { rows, columns }, { rows: toRows, columns: toColumns }, createPlainKernels());
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/**
 * The same with the kernels that made the image, of an image that lies in the upper left of a black frame.
 * Weights are whole numbers: one source pixel is as many parts along an axis as there are result pixels, one result pixel as many as there are
 * source pixels. All sums are exact.
 * @returns an image of its own, which outlives the kernels' memory
 */
export function averageAreas({ rows, columns, data }: Raster8, frame: Size, to: Size, kernels: Kernels): Raster8 {
  const result = new Uint8Array(to.rows * to.columns);
  const sums = kernels.words32(frame.columns).fill(0);
  const line = kernels.bytes(to.columns);
  for (let y = 0; y < to.rows; y += 1) {
    const start = y * frame.rows;
    const end = start + frame.rows;
    const first = Math.floor(start / to.rows);
    if (first >= rows) break;
    const last = Math.ceil(end / to.rows) - 1;
    const there = Math.min(last, rows - 1);
    kernels.sumRows(
      data,
      {
        columns,
        first,
        rows: there - first + 1,
        firstWeight: Math.min((first + 1) * to.rows, end) - start,
        innerWeight: to.rows,
        lastWeight: there < last ? to.rows : end - last * to.rows,
      },
      sums,
    );
    kernels.averageAlongRow(sums, frame.columns, frame.rows * frame.columns, line);
    result.set(line, y * to.columns);
  }
  return { rows: to.rows, columns: to.columns, data: result };
}
