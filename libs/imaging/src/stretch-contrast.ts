import { normalisedValue } from './normalised-value.ts';
import { roundHalfEven } from './round-half-even.ts';
import type { Raster8 } from './raster.ts';
import { valueRange } from './value-range.ts';

/**
 * Stretches the grey values to the whole of 0..255, rounding half to even. An image that has 0 and 255 already comes back as it is.
 * @param image at least two different values
 */
export function stretchContrast(image: Raster8): Raster8 {
  const range = valueRange(image);
  if (range.min === 0 && range.max === 255) return image;
  const table = Uint8Array.from({ length: 256 }, (_, value) =>
    value < range.min || value > range.max ? 0 : roundHalfEven(Math.fround(normalisedValue(value, range) * 255)),
  );
  return { rows: image.rows, columns: image.columns, data: image.data.map((value) => table[value] ?? 0) };
}
