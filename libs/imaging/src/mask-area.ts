import type { Mask } from './raster.ts';

/** How many pixels are marked. */
export function maskArea({ data }: Mask): number {
  let area = 0;
  for (let index = 0; index < data.length; index += 1) area += data[index] ?? 0;
  return area;
}
