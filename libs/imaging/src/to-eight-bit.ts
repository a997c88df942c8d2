import type { BitMask } from './bit-mask.ts';
import type { Kernels } from './kernels/kernels.ts';
import { normalisedValue } from './normalised-value.ts';
import type { Raster16, Raster8 } from './raster.ts';
import type { ValueRange } from './value-range.ts';

/**
 * Brings the marked pixels to 0..255; the others become 0: each value is normalised by `range`, multiplied by 255 over the largest normalised value
 * that is marked, rounded to single precision and cut (not rounded) to an integer. The factor is of single precision too, as in OpenCV's `normalize`
 * to CV_32F. One table of all values, so no real-valued image is made.
 * @param range the range that the values are normalised by; the marked ones may use less of it
 * @returns undefined where nothing above `range.min` is marked
 */
export function toEightBit({ rows, columns, data }: Raster16, marks: BitMask, range: ValueRange, kernels: Kernels): Raster8 | undefined {
  const brightest = kernels.brightestWithin(data, marks);
  if (brightest <= range.min) return undefined;
  const scale = Math.fround(255 * (1 / normalisedValue(brightest, range)));
  const table = kernels.bytes(65_536);
  for (let value = range.min; value <= brightest; value += 1) table[value] = Math.trunc(Math.fround(normalisedValue(value, range) * scale));
  const bytes = kernels.bytes(rows * columns);
  kernels.lookUpWithin(data, marks, table, bytes);
  return { rows, columns, data: bytes };
}
