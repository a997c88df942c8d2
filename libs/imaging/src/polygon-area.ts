/** The area within a closed outline x, y, x, y, ... (shoelace formula), whatever its direction. */
export function polygonArea(outline: readonly number[]): number {
  let doubled = 0;
  let previousX = outline.at(-2) ?? 0;
  let previousY = outline.at(-1) ?? 0;
  for (let at = 0; at < outline.length; at += 2) {
    const x = outline[at] ?? 0;
    const y = outline[at + 1] ?? 0;
    doubled += previousX * y - x * previousY;
    previousX = x;
    previousY = y;
  }
  return Math.abs(doubled) / 2;
}
