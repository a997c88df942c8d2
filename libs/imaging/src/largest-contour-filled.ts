import { drawComponents } from './draw-components.ts';
import { fillHoles } from './fill-holes.ts';
import { labelComponents } from './label-components.ts';
import { polygonArea } from './polygon-area.ts';
import type { Mask } from './raster.ts';
import { traceOutline } from './trace-outline.ts';

/**
 * The one 8-connected component whose outline through pixel centres encloses the largest area, its holes filled; of equals the one whose first
 * pixel in raster order comes last. Undefined for an empty mask.
 * Components within holes of others need no exclusion: what encloses them is larger.
 */
export function largestContourFilled(mask: Mask): Mask | undefined {
  let largest;
  let largestArea = -1;
  for (const component of labelComponents(mask, 8)) {
    const area = polygonArea(traceOutline(mask, component));
    if (area < largestArea) continue;
    largest = component;
    largestArea = area;
  }
  return largest === undefined ? undefined : fillHoles(drawComponents(mask.rows, mask.columns, [largest]));
}
