import type { Mask } from './raster.ts';

/**
 * True where more of the breast lies in the right half: the chest wall is at the right and the breast faces left.
 * The right half is taken without the last column, as the reference takes it.
 */
export function facesLeft({ rows, columns, data }: Mask): boolean {
  const middle = Math.floor(columns / 2);
  let difference = 0;
  for (let y = 0; y < rows; y += 1) {
    const start = y * columns;
    for (let x = 0; x < middle; x += 1) difference += data[start + x] ?? 0;
    for (let x = middle; x < columns - 1; x += 1) difference -= data[start + x] ?? 0;
  }
  return difference < 0;
}
