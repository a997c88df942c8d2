import { createBitMask, type BitMask } from './bit-mask.ts';
import { drawRuns } from './draw-runs.ts';
import type { Polygon } from './mask-to-polygons.ts';

/**
 * Marks the pixels whose centres lie within a polygon or on one of its rings, and not within its holes. The polygons lie within the image; their points
 * are whole numbers.
 */
export function drawPolygons(rows: number, columns: number, polygons: readonly Polygon[]): BitMask {
  const drawn = createBitMask(rows, columns);
  for (const { outer, holes } of polygons) {
    const area = createBitMask(rows, columns);
    drawRuns(area, runsWithin(outer));
    for (const hole of holes) {
      const within = createBitMask(rows, columns);
      drawRuns(within, runsWithin(hole));
      for (let word = 0; word < area.words.length; word += 1) area.words[word] = (area.words[word] ?? 0) & ~(within.words[word] ?? 0);
    }
    for (const ring of [outer, ...holes]) drawRuns(area, runsOn(ring));
    for (let word = 0; word < drawn.words.length; word += 1) drawn.words[word] = (drawn.words[word] ?? 0) | (area.words[word] ?? 0);
  }
  return drawn;
}

/** Pixels between every other crossing of a row's centre line, as runs. An edge has its upper end and not its lower one. */
function runsWithin(ring: readonly number[]): readonly number[] {
  const crossings = new Map<number, number[]>();
  forEachEdge(ring, (startX, startY, endX, endY) => {
    const [topX, topY, bottomX, bottomY] = startY < endY ? [startX, startY, endX, endY] : [endX, endY, startX, startY];
    for (let y = topY; y < bottomY; y += 1) {
      const row = crossings.get(y) ?? crossings.set(y, []).get(y);
      row?.push(topX + ((y - topY) * (bottomX - topX)) / (bottomY - topY));
    }
  });
  return [...crossings].flatMap(([y, row]) => {
    const sorted = row.toSorted((a, b) => a - b);
    const runs: number[] = [];
    for (let at = 0; at + 1 < sorted.length; at += 2) {
      const [start, end] = [Math.ceil(sorted[at] ?? 0), Math.floor(sorted[at + 1] ?? 0) + 1];
      if (start < end) runs.push(y, start, end);
    }
    return runs;
  });
}

/** Pixels whose centres an edge passes through. */
function runsOn(ring: readonly number[]): readonly number[] {
  const runs: number[] = [];
  forEachEdge(ring, (startX, startY, endX, endY) => {
    const steps = divisor(Math.abs(endX - startX), Math.abs(endY - startY));
    if (startY === endY) runs.push(startY, Math.min(startX, endX), Math.max(startX, endX) + 1);
    else {
      for (let step = 0; step <= steps; step += 1) {
        const x = startX + (step * (endX - startX)) / steps;
        runs.push(startY + (step * (endY - startY)) / steps, x, x + 1);
      }
    }
  });
  return runs;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

function forEachEdge(ring: readonly number[], visit: (startX: number, startY: number, endX: number, endY: number) => void): void {
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    visit(ring[at] ?? 0, ring[at + 1] ?? 0, ring[next] ?? 0, ring[next + 1] ?? 0);
  }
}
