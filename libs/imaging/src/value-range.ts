import type { GreyRaster } from './raster.ts';

/** Smallest and largest value of an image. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** @param image at least one pixel */
export function valueRange({ data }: GreyRaster): ValueRange {
  let min = data[0] ?? 0;
  let max = min;
  for (let index = 1; index < data.length; index += 1) {
    const value = data[index] ?? 0;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min, max };
}
