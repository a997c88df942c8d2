import type { Geometry } from './geometry.ts';
import { sourceSpan } from './source-span.ts';
import type { Mask } from './raster.ts';

/**
 * A mask of the prepared square in the pixels of the source image: each takes the nearest one. What preparation cut off is unmarked.
 * For what a network says use `inverseProbabilities`, whose edges are not jagged.
 * @param mask of the prepared square at any size
 */
export function inverseMask(mask: Mask, geometry: Geometry): Mask {
  const { source, crop } = geometry;
  const across = sourceSpan(crop.columns, geometry.isFlipped, mask.columns, geometry.paddedSidePx);
  const down = sourceSpan(crop.rows, false, mask.rows, geometry.paddedSidePx);
  const nearest = (position: number, length: number): number => Math.min(length - 1, Math.max(0, Math.floor(position + 0.5)));
  const fromX = Int32Array.from(across, (position) => nearest(position, mask.columns));
  const data = new Uint8Array(source.rows * source.columns);
  for (let y = 0; y < crop.rows; y += 1) {
    const from = nearest(down[y] ?? 0, mask.rows) * mask.columns;
    const to = (crop.top + y) * source.columns + crop.left;
    for (let x = 0; x < crop.columns; x += 1) data[to + x] = mask.data[from + (fromX[x] ?? 0)] ?? 0;
  }
  return { rows: source.rows, columns: source.columns, data };
}
