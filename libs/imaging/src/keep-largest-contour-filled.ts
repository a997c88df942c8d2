import type { BitMask } from './bit-mask.ts';
import { drawRuns } from './draw-runs.ts';
import { fillHoles } from './fill-holes.ts';
import { labelComponents } from './label-components.ts';
import { polygonArea } from './polygon-area.ts';
import { traceOutline } from './trace-outline.ts';

/**
 * Leaves, in place, the one 8-connected component whose outline through pixel centres encloses the largest area, its holes filled; of equals the one
 * whose first pixel in raster order comes last. False for an empty mask.
 * Components within holes of others need no exclusion: what encloses them is larger.
 */
export function keepLargestContourFilled(marks: BitMask): boolean {
  let largest;
  let largestArea = -1;
  for (const component of labelComponents(marks, 8)) {
    const area = polygonArea(traceOutline(marks, component));
    if (area < largestArea) continue;
    largest = component;
    largestArea = area;
  }
  if (largest === undefined) return false;
  marks.words.fill(0);
  drawRuns(marks, largest.runs);
  fillHoles(marks);
  return true;
}
