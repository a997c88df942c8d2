import type { Mask } from './raster.ts';

/** Resizes a mask: each pixel takes the source pixel that its centre lies in. */
export function resampleMaskNearest({ rows, columns, data }: Mask, toRows: number, toColumns: number): Mask {
  if (rows === toRows && columns === toColumns) return { rows, columns, data };
  const fromX = Int32Array.from({ length: toColumns }, (_, x) => Math.floor(((x + 0.5) * columns) / toColumns));
  const result = new Uint8Array(toRows * toColumns);
  for (let y = 0; y < toRows; y += 1) {
    const start = Math.floor(((y + 0.5) * rows) / toRows) * columns;
    for (let x = 0; x < toColumns; x += 1) result[y * toColumns + x] = data[start + (fromX[x] ?? 0)] ?? 0;
  }
  return { rows: toRows, columns: toColumns, data: result };
}
