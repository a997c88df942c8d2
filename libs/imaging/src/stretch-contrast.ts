import { normalisedValue } from './normalised-value.ts';
import { roundHalfEven } from './round-half-even.ts';
import type { Raster8 } from './raster.ts';
import { valueRange } from './value-range.ts';

/**
 * Stretches the grey values to the whole of 0..255, rounding half to even, in place. An image that has 0 and 255 already stays as it is.
 * @param image at least two different values, together with the black that is padded
 * @param willBePadded with zeros, which count
 */
export function stretchContrast({ rows, columns, data }: Raster8, willBePadded = false): void {
  if ((willBePadded || data.includes(0)) && data.includes(255)) return;
  const { min, max } = valueRange({ rows, columns, data });
  const range = { min: willBePadded ? 0 : min, max };
  const table = Uint8Array.from({ length: 256 }, (_, value) =>
    value < range.min || value > range.max ? 0 : roundHalfEven(Math.fround(normalisedValue(value, range) * 255)),
  );
  for (let at = 0; at < data.length; at += 1) data[at] = table[data[at] ?? 0] ?? 0;
}
