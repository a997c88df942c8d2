import { bug } from '@mammoline/kernel';
import type { Mask } from './raster.ts';

/** Marks what any of the masks marks; for none, nothing. All masks have the given size. */
export function unionMasks(rows: number, columns: number, masks: readonly Mask[]): Mask {
  const data = new Uint8Array(rows * columns);
  for (const mask of masks) {
    if (mask.rows !== rows || mask.columns !== columns) {
      throw bug(`union of masks: found one of ${mask.rows} x ${mask.columns}, expected ${rows} x ${columns}; resample it first`);
    }
    for (let index = 0; index < data.length; index += 1) data[index] = (data[index] ?? 0) | (mask.data[index] ?? 0);
  }
  return { rows, columns, data };
}
