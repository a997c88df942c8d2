import type { SummedRows } from '../kernels.ts';

export function sumRows(
  image: Uint8Array,
  { columns, first, rows, firstWeight, innerWeight, lastWeight }: SummedRows,
  sums: Uint32Array,
): void {
  for (let row = 0; row < rows; row += 1) {
    const weight = row === 0 ? firstWeight : row === rows - 1 ? lastWeight : innerWeight;
    const start = (first + row) * columns;
    for (let x = 0; x < columns; x += 1) sums[x] = (row === 0 ? 0 : (sums[x] ?? 0)) + weight * (image[start + x] ?? 0);
  }
}
