import type { Mask } from './raster.ts';

/**
 * Marks each pixel that has at least one pixel of the given value in the square around it, and gives it `found`; the others get the other value.
 * Pixels outside the image do not count. Two passes (along rows, then along columns), each remembering where the value was seen last, so the
 * time does not depend on the size of the window.
 */
export function slideWindow(mask: Mask, sidePx: number, sought: 0 | 1): Mask {
  const { rows, columns } = mask;
  const radius = (sidePx - 1) / 2;
  const other = 1 - sought;
  const reach = 2 * radius;

  const alongRows = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    const start = y * columns;
    let last = -reach - 1;
    for (let x = 0; x < columns + radius; x += 1) {
      if (x < columns && mask.data[start + x] === sought) last = x;
      if (x >= radius) alongRows[start + x - radius] = last >= x - reach ? sought : other;
    }
  }

  const data = new Uint8Array(rows * columns);
  const last = new Int32Array(columns).fill(-reach - 1);
  for (let y = 0; y < rows + radius; y += 1) {
    if (y < rows) {
      const start = y * columns;
      for (let x = 0; x < columns; x += 1) if (alongRows[start + x] === sought) last[x] = y;
    }
    if (y < radius) continue;
    const start = (y - radius) * columns;
    const earliest = y - reach;
    for (let x = 0; x < columns; x += 1) data[start + x] = (last[x] ?? 0) >= earliest ? sought : other;
  }
  return { rows, columns, data };
}
