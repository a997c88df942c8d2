import { normalisedValue } from './normalised-value.ts';
import type { GreyRaster, Raster8 } from './raster.ts';
import { valueRange, type ValueRange } from './value-range.ts';

/**
 * Brings an image to 0..255: each value is normalised by `range`, multiplied by 255 over the largest normalised value that the image has,
 * rounded to single precision and cut (not rounded) to an integer. The factor is of single precision too, as in OpenCV's `normalize` to CV_32F.
 * One table of all values, so no real-valued image is made.
 * @param image has `range.min` somewhere, as a background at least, and something above it
 * @param range the range that the values are normalised by; the image may use less of it
 */
export function toEightBit(image: GreyRaster, range: ValueRange): Raster8 {
  const brightest = valueRange(image).max;
  const scale = Math.fround(255 * (1 / normalisedValue(brightest, range)));
  const table = new Uint8Array(brightest + 1);
  for (let value = range.min; value <= brightest; value += 1) table[value] = Math.trunc(Math.fround(normalisedValue(value, range) * scale));
  const { rows, columns, data } = image;
  const bytes = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 1) bytes[index] = table[data[index] ?? 0] ?? 0;
  return { rows, columns, data: bytes };
}
