import type { RasterF32 } from '@mammoline/imaging';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Draws a line with round ends and smooth edges; where it crosses what is there, the brighter of both stays. */
export function drawStroke(image: RasterF32, from: Point, to: Point, widthPx: number, value: number): void {
  const half = Math.max(0.5, widthPx / 2);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = Math.max(1e-6, dx * dx + dy * dy);
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - half - 1));
  const bottom = Math.min(image.rows - 1, Math.ceil(Math.max(from.y, to.y) + half + 1));
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - half - 1));
  const right = Math.min(image.columns - 1, Math.ceil(Math.max(from.x, to.x) + half + 1));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / lengthSquared));
      const distance = Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
      const coverage = Math.min(1, half + 0.5 - distance);
      const at = y * image.columns + x;
      if (coverage > 0)
        image.data[at] = Math.max(image.data[at] ?? 0, coverage * value + (1 - coverage) * Math.min(value, image.data[at] ?? 0));
    }
  }
}
