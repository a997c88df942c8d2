import type { Kernels } from './kernels/kernels.ts';
import { normalisedValue } from './normalised-value.ts';
import { roundHalfEven } from './round-half-even.ts';
import type { Raster8 } from './raster.ts';

/**
 * Stretches the grey values to the whole of 0..255, rounding half to even, in place. An image that has 0 and 255 already stays as it is.
 * @param image at least two different values, together with the black that is padded
 * @param willBePadded with zeros, which count
 */
export function stretchContrast({ data }: Raster8, willBePadded: boolean, kernels: Kernels): void {
  const { min, max } = kernels.valueRange(data);
  const range = { min: willBePadded ? 0 : min, max };
  if (range.min === 0 && range.max === 255) return;
  const table = kernels.bytes(256).fill(0);
  for (let value = range.min; value <= range.max; value += 1)
    table[value] = roundHalfEven(Math.fround(normalisedValue(value, range) * 255));
  kernels.lookUpBytes(data, table);
}
