import type { Point } from './geometry.ts';

/** Moves each point of a ring x, y, x, y, ...; a mirrored ring runs backwards, so that clockwise stays clockwise. Its first point stays the first. */
export function mapContour(contour: readonly number[], isMirrored: boolean, move: (point: Point) => Point): readonly number[] {
  const count = contour.length / 2;
  const mapped = new Array<number>(contour.length);
  for (let at = 0; at < count; at += 1) {
    const { x, y } = move({ x: contour[2 * at] ?? 0, y: contour[2 * at + 1] ?? 0 });
    const to = isMirrored && at > 0 ? count - at : at;
    mapped[2 * to] = x;
    mapped[2 * to + 1] = y;
  }
  return mapped;
}
