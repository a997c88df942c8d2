import type { BitMask } from './bit-mask.ts';
import { drawRuns } from './draw-runs.ts';
import { labelComponents, touchesEdge } from './label-components.ts';

/** Marks what the marked pixels enclose, in place: unmarked pixels from which no path over sides (not corners) leads to the image's edge. */
export function fillHoles(marks: BitMask): void {
  for (const component of labelComponents(marks, 4, 0)) if (!touchesEdge(component, marks)) drawRuns(marks, component.runs);
}
