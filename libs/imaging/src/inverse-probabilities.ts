import type { Geometry } from './geometry.ts';
import type { RasterF32 } from './raster.ts';
import { sourceSpan } from './source-span.ts';

/**
 * A map of the prepared square in the pixels of the source image, interpolated bilinearly. What preparation cut off is 0.
 * @param map of the prepared square at any size, e.g. a network's probabilities
 */
export function inverseProbabilities(map: RasterF32, geometry: Geometry): RasterF32 {
  const { source, crop } = geometry;
  const across = neighbours(sourceSpan(crop.columns, geometry.isFlipped, map.columns, geometry.paddedSidePx), map.columns);
  const down = neighbours(sourceSpan(crop.rows, false, map.rows, geometry.paddedSidePx), map.rows);
  const data = new Float32Array(source.rows * source.columns);
  const line = new Float32Array(map.columns);
  for (let y = 0; y < crop.rows; y += 1) {
    const upper = (down.first[y] ?? 0) * map.columns;
    const lower = (down.second[y] ?? 0) * map.columns;
    const lowerWeight = down.weight[y] ?? 0;
    for (let x = 0; x < map.columns; x += 1) line[x] = mix(map.data[upper + x] ?? 0, map.data[lower + x] ?? 0, lowerWeight);
    const to = (crop.top + y) * source.columns + crop.left;
    for (let x = 0; x < crop.columns; x += 1) {
      data[to + x] = mix(line[across.first[x] ?? 0] ?? 0, line[across.second[x] ?? 0] ?? 0, across.weight[x] ?? 0);
    }
  }
  return { rows: source.rows, columns: source.columns, data };
}

const mix = (a: number, b: number, weightOfB: number): number => a + (b - a) * weightOfB;

function neighbours(positions: Float64Array, length: number) {
  const inside = positions.map((position) => Math.min(length - 1, Math.max(0, position)));
  const first = Int32Array.from(inside, Math.floor);
  return {
    first,
    second: first.map((at) => Math.min(length - 1, at + 1)),
    weight: inside.map((position, index) => position - (first[index] ?? 0)),
  };
}
