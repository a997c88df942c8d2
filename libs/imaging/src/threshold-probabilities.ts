import type { Mask, RasterF32 } from './raster.ts';

/** Marks the pixels whose value reaches the threshold. */
export function thresholdProbabilities({ rows, columns, data }: RasterF32, threshold: number): Mask {
  const marked = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 1) marked[index] = (data[index] ?? 0) >= threshold ? 1 : 0;
  return { rows, columns, data: marked };
}
