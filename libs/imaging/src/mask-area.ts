import type { Mask } from './raster.ts';

/** How many pixels are marked. */
export function maskArea({ data }: Mask): number {
  let area = 0;
  for (const marked of data) area += marked;
  return area;
}
