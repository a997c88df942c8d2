import { drawComponents } from './draw-components.ts';
import { labelComponents, type Component } from './label-components.ts';
import type { Mask } from './raster.ts';

/** Marks what the marked pixels enclose: unmarked pixels from which no path over sides (not corners) leads to the image's edge. */
export function fillHoles(mask: Mask): Mask {
  const { rows, columns } = mask;
  const holes = labelComponents(mask, 4, 0).filter((component) => !touchesEdge(component, rows, columns));
  const data = drawComponents(rows, columns, holes).data;
  for (let index = 0; index < data.length; index += 1) data[index] = (data[index] ?? 0) | (mask.data[index] ?? 0);
  return { rows, columns, data };
}

function touchesEdge({ runs }: Component, rows: number, columns: number): boolean {
  for (let at = 0; at < runs.length; at += 3) {
    const y = runs[at] ?? 0;
    if (y === 0 || y === rows - 1 || runs[at + 1] === 0 || runs[at + 2] === columns) return true;
  }
  return false;
}
