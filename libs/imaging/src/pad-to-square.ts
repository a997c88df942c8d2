import type { Raster8 } from './raster.ts';

/** Adds zeros at the right or at the bottom until the image is square. */
export function padToSquare(image: Raster8): Raster8 {
  const { rows, columns, data } = image;
  if (rows === columns) return image;
  const side = Math.max(rows, columns);
  const padded = new Uint8Array(side * side);
  for (let y = 0; y < rows; y += 1) padded.set(data.subarray(y * columns, (y + 1) * columns), y * side);
  return { rows: side, columns: side, data: padded };
}
