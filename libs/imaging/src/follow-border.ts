import type { BitMask } from './bit-mask.ts';
import type { Mask } from './raster.ts';

/** The eight neighbours, clockwise on the screen (y grows downwards), from the right one on. */
const stepX = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const stepY = [0, 1, 1, 1, 0, -1, -1, -1] as const;

/**
 * Goes around the unmarked pixels beside a marked one, which stay at the left, over marked pixels that touch at sides or corners, back to the start.
 * Source: border following by S. Suzuki and K. Abe, "Topological structural analysis of digitized binary images", 1985; mirrored.
 * @param from direction (0 right, 2 down, 4 left, 6 up) from the start to a neighbour that is unmarked or outside
 * @returns x, y, x, y, ... of the corners, the start first; points within straight parts are left out
 */
export function followBorder(mask: Mask | BitMask, startX: number, startY: number, from: 0 | 2 | 4 | 6): readonly number[] {
  const { rows, columns } = mask;
  const isMarked =
    'words' in mask
      ? (x: number, y: number): boolean =>
          x >= 0 && y >= 0 && x < columns && y < rows && (((mask.words[y * mask.strideWords + (x >>> 5)] ?? 0) >>> (x & 31)) & 1) === 1
      : (x: number, y: number): boolean => x >= 0 && y >= 0 && x < columns && y < rows && mask.data[y * columns + x] === 1;
  /** The first marked neighbour in clockwise order, the first candidate being `first`. */
  const nextDirection = (x: number, y: number, first: number): number | undefined => {
    for (let turn = 0; turn < 8; turn += 1) {
      const direction = (first + turn) & 7;
      if (isMarked(x + (stepX[direction] ?? 0), y + (stepY[direction] ?? 0))) return direction;
    }
    return undefined;
  };

  const firstDirection = nextDirection(startX, startY, from);
  if (firstDirection === undefined) return [startX, startY];
  const border = [startX, startY];
  let x = startX;
  let y = startY;
  let direction = firstDirection;
  for (;;) {
    x += stepX[direction] ?? 0;
    y += stepY[direction] ?? 0;
    // The neighbour one came from lies at direction + 4; the search begins just clockwise of it.
    const next = nextDirection(x, y, (direction + 5) & 7) ?? direction;
    if (x === startX && y === startY && next === firstDirection) return border;
    if (next !== direction) border.push(x, y);
    direction = next;
  }
}
