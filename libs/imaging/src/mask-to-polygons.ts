import type { BitMask } from './bit-mask.ts';
import { followBorder } from './follow-border.ts';
import { labelComponents, touchesEdge } from './label-components.ts';
import type { Mask } from './raster.ts';
import { simplifyRing } from './simplify-ring.ts';
import { traceOutline } from './trace-outline.ts';

/** An area of a mask. Rings are x, y, x, y, ... through centres of marked pixels, closed from the last point to the first. */
export interface Polygon {
  /** Clockwise on the screen. What lies on it belongs to the area. */
  readonly outer: readonly number[];
  /** Against the clock; through the marked pixels around the hole. What lies on them belongs to the area. */
  readonly holes: readonly (readonly number[])[];
}

/**
 * The 8-connected areas of a mask with their holes (4-connected, without a way to the image's edge), in raster order of their first pixels.
 * @param tolerancePx no pixel of a border lies farther from the simplified ring; 0: the rings draw exactly the mask again
 */
export function maskToPolygons(mask: Mask | BitMask, tolerancePx = 0): readonly Polygon[] {
  const components = labelComponents(mask, 8);
  const holes = components.map((): (readonly number[])[] => []);
  const owner = ownerOf(components);
  for (const hole of labelComponents(mask, 4, 0)) {
    if (touchesEdge(hole, mask)) continue;
    const [y = 0, x = 0] = hole.runs;
    holes[owner(x - 1, y)]?.push(simplifyRing(followBorder(mask, x - 1, y, 0), tolerancePx));
  }
  return components.map((component, index) => ({
    outer: simplifyRing(traceOutline(mask, component), tolerancePx),
    holes: holes[index] ?? [],
  }));
}

/** Which component has a run that ends with the given pixel. */
function ownerOf(components: ReturnType<typeof labelComponents>): (x: number, y: number) => number {
  const owners = new Map<string, number>();
  for (const [index, { runs }] of components.entries()) {
    for (let at = 0; at < runs.length; at += 3) owners.set(`${String(runs[at])} ${String(runs[at + 2])}`, index);
  }
  return (x, y) => owners.get(`${String(y)} ${String(x + 1)}`) ?? -1;
}
