import { bug } from '@mammoline/kernel';
import { createBitMask, type BitMask } from './bit-mask.ts';

/** Marks what any of the masks marks; for none, nothing. All masks have the given size. */
export function uniteMasks(rows: number, columns: number, masks: readonly BitMask[]): BitMask {
  const union = createBitMask(rows, columns);
  for (const mask of masks) {
    if (mask.rows !== rows || mask.columns !== columns) {
      throw bug(`union of masks: found one of ${mask.rows} x ${mask.columns}, expected ${rows} x ${columns}; resample it first`);
    }
    for (let word = 0; word < union.words.length; word += 1) union.words[word] = (union.words[word] ?? 0) | (mask.words[word] ?? 0);
  }
  return union;
}
