import { normalisedValue } from './normalised-value.ts';
import type { GreyRaster, Mask } from './raster.ts';
import type { ValueRange } from './value-range.ts';

/** Marks the pixels whose normalised value reaches the threshold. Stays with integers: the threshold is translated once. */
export function binarise(image: GreyRaster, range: ValueRange, threshold: number): Mask {
  const lowest = lowestValueAt(range, threshold);
  const { rows, columns, data } = image;
  const marked = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 1) marked[index] = (data[index] ?? 0) >= lowest ? 1 : 0;
  return { rows, columns, data: marked };
}

/** The smallest integer whose normalised value is at least the threshold; the division may round either way, so the neighbours are tried. */
function lowestValueAt(range: ValueRange, threshold: number): number {
  let value = Math.floor(range.min + threshold * (range.max - range.min)) - 1;
  while (normalisedValue(value, range) < threshold) value += 1;
  return value;
}
