/**
 * Leaves out points of a closed ring x, y, x, y, ... as long as none of them lies farther than the tolerance from what is left.
 * Source: D. Douglas and T. Peucker, 1973, on the two halves between the first point and the one farthest from it. The ring may come to touch itself.
 */
export function simplifyRing(ring: readonly number[], tolerancePx: number): readonly number[] {
  const count = ring.length / 2;
  if (tolerancePx <= 0 || count <= 3) return ring;
  const x = (point: number): number => ring[2 * (point % count)] ?? 0;
  const y = (point: number): number => ring[2 * (point % count) + 1] ?? 0;
  let farthest = 0;
  for (let point = 1; point < count; point += 1) {
    if (Math.hypot(x(point) - x(0), y(point) - y(0)) > Math.hypot(x(farthest) - x(0), y(farthest) - y(0))) farthest = point;
  }
  const isKept = new Uint8Array(count + 1);
  isKept[0] = 1;
  isKept[farthest] = 1;
  const parts = [
    [0, farthest],
    [farthest, count],
  ];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [start = 0, end = 0] = part;
    let worst = start;
    let worstPx = tolerancePx;
    for (let point = start + 1; point < end; point += 1) {
      const distancePx = distanceToSegment(x(point), y(point), x(start), y(start), x(end), y(end));
      if (distancePx <= worstPx) continue;
      worst = point;
      worstPx = distancePx;
    }
    if (worst === start) continue;
    isKept[worst] = 1;
    parts.push([start, worst], [worst, end]);
  }
  return ring.filter((_, at) => isKept[at >> 1] === 1);
}

export function distanceToSegment(x: number, y: number, startX: number, startY: number, endX: number, endY: number): number {
  const [alongX, alongY] = [endX - startX, endY - startY];
  const squared = alongX ** 2 + alongY ** 2;
  const share = squared === 0 ? 0 : Math.max(0, Math.min(1, ((x - startX) * alongX + (y - startY) * alongY) / squared));
  return Math.hypot(x - startX - share * alongX, y - startY - share * alongY);
}
