import type { RasterF32 } from '@mammoline/imaging';

/** Pixel by pixel; the maps are of one size. One map is its own mean, and comes back as it is. */
export function meanOfMaps(maps: readonly RasterF32[]): RasterF32 {
  const [first, ...others] = maps;
  if (first === undefined) throw new RangeError('found no map to take the mean of');
  if (others.length === 0) return first;
  const sums = Float64Array.from(first.data);
  for (const { data } of others) for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) + (data[at] ?? 0);
  return { ...first, data: Float32Array.from(sums, (sum) => sum / maps.length) };
}
