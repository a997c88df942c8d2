import { createBitMask, type BitMask } from './bit-mask.ts';
import type { Kernels } from './kernels/kernels.ts';
import { normalisedValue } from './normalised-value.ts';
import type { Raster16 } from './raster.ts';
import type { ValueRange } from './value-range.ts';

/** Marks the pixels whose normalised value reaches the threshold. Stays with integers: the threshold is translated once. */
export function binarise({ rows, columns, data }: Raster16, range: ValueRange, threshold: number, kernels: Kernels): BitMask {
  const marks = createBitMask(rows, columns, kernels);
  kernels.markFrom(data, lowestValueAt(range, threshold), marks);
  return marks;
}

/** The smallest integer whose normalised value is at least the threshold; the division may round either way, so the neighbours are tried. */
function lowestValueAt(range: ValueRange, threshold: number): number {
  let value = Math.max(range.min, Math.floor(range.min + threshold * (range.max - range.min)) - 1);
  while (normalisedValue(value, range) < threshold) value += 1;
  return value;
}
