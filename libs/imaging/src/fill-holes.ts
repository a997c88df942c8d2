import type { BitMask } from './bit-mask.ts';
import { drawRuns } from './draw-runs.ts';
import { labelComponents, type Component } from './label-components.ts';

/** Marks what the marked pixels enclose, in place: unmarked pixels from which no path over sides (not corners) leads to the image's edge. */
export function fillHoles(marks: BitMask): void {
  for (const component of labelComponents(marks, 4, 0)) if (!touchesEdge(component, marks)) drawRuns(marks, component.runs);
}

function touchesEdge({ runs }: Component, { rows, columns }: BitMask): boolean {
  for (let at = 0; at < runs.length; at += 3) {
    const y = runs[at] ?? 0;
    if (y === 0 || y === rows - 1 || runs[at + 1] === 0 || runs[at + 2] === columns) return true;
  }
  return false;
}
