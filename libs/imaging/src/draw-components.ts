import type { Component } from './label-components.ts';
import type { Mask } from './raster.ts';

/** A mask of the given size with the pixels of the components marked. */
export function drawComponents(rows: number, columns: number, components: readonly Component[]): Mask {
  const data = new Uint8Array(rows * columns);
  for (const { runs } of components) {
    for (let at = 0; at < runs.length; at += 3) {
      const start = (runs[at] ?? 0) * columns;
      data.fill(1, start + (runs[at + 1] ?? 0), start + (runs[at + 2] ?? 0));
    }
  }
  return { rows, columns, data };
}
