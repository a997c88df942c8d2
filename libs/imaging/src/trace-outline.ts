import type { BitMask } from './bit-mask.ts';
import type { Component } from './label-components.ts';
import type { Mask } from './raster.ts';

/** The eight neighbours, clockwise on the screen (y grows downwards), from the right one on. */
const stepX = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const stepY = [0, 1, 1, 1, 0, -1, -1, -1] as const;

/**
 * The outer outline of a component through the centres of its outermost pixels: x, y, x, y, ... clockwise on the screen from its topmost, then
 * leftmost pixel, each corner once (points within straight parts are left out; they would change neither polygon nor area). One pixel gives one point.
 * Source: border following by S. Suzuki and K. Abe, "Topological structural analysis of digitized binary images", 1985; mirrored.
 * @param mask the mask of which the component is one of the 8-connected ones
 */
export function traceOutline(mask: Mask | BitMask, component: Component): readonly number[] {
  const { rows, columns } = mask;
  const isMarked =
    'words' in mask
      ? (x: number, y: number): boolean =>
          x >= 0 && y >= 0 && x < columns && y < rows && (((mask.words[y * mask.strideWords + (x >>> 5)] ?? 0) >>> (x & 31)) & 1) === 1
      : (x: number, y: number): boolean => x >= 0 && y >= 0 && x < columns && y < rows && mask.data[y * columns + x] === 1;
  /** The first marked neighbour in clockwise order, the first candidate being `from`. */
  const nextDirection = (x: number, y: number, from: number): number | undefined => {
    for (let turn = 0; turn < 8; turn += 1) {
      const direction = (from + turn) & 7;
      if (isMarked(x + (stepX[direction] ?? 0), y + (stepY[direction] ?? 0))) return direction;
    }
    return undefined;
  };

  const [startY = 0, startX = 0] = component.runs;
  // Nothing is marked above the start or to its left: the outside lies at the left, and the search turns clockwise from there.
  const firstDirection = nextDirection(startX, startY, 4);
  if (firstDirection === undefined) return [startX, startY];

  const outline = [startX, startY];
  let x = startX;
  let y = startY;
  let direction = firstDirection;
  for (;;) {
    x += stepX[direction] ?? 0;
    y += stepY[direction] ?? 0;
    // The neighbour one came from lies at direction + 4; the search begins just clockwise of it.
    const next = nextDirection(x, y, (direction + 5) & 7) ?? direction;
    if (x === startX && y === startY && next === firstDirection) return outline;
    if (next !== direction) outline.push(x, y);
    direction = next;
  }
}
