import { invalid } from '@mammoline/kernel';
import { createBitMask, type BitMask } from './bit-mask.ts';

/** A mask as COCO's uncompressed run lengths: column after column, how many pixels are unmarked, then marked, then unmarked, ... */
export interface RunLengths {
  /** Rows, columns. */
  readonly size: readonly [number, number];
  readonly counts: readonly number[];
}

export function maskToRunLengths({ rows, columns, strideWords, words }: BitMask): RunLengths {
  const counts: number[] = [];
  let count = 0;
  let current = 0;
  for (let x = 0; x < columns; x += 1) {
    for (let at = x >>> 5, y = 0; y < rows; y += 1, at += strideWords) {
      const value = ((words[at] ?? 0) >>> (x & 31)) & 1;
      if (value !== current) {
        counts.push(count);
        count = 0;
        current = value;
      }
      count += 1;
    }
  }
  counts.push(count);
  return { size: [rows, columns], counts };
}

/** @throws Failure invalid where the counts do not add up to the size */
export function runLengthsToMask({ size: [rows, columns], counts }: RunLengths): BitMask {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total !== rows * columns || counts.some((count) => !Number.isInteger(count) || count < 0)) {
    throw invalid(`found run lengths of ${total} pixels, expected whole numbers that add up to ${rows} x ${columns}`);
  }
  const mask = createBitMask(rows, columns);
  let at = 0;
  for (const [index, count] of counts.entries()) {
    for (const end = at + count; at < end; at += 1) {
      if (index % 2 === 0) continue;
      const word = (at % rows) * mask.strideWords + (Math.floor(at / rows) >>> 5);
      mask.words[word] = (mask.words[word] ?? 0) | (1 << (Math.floor(at / rows) & 31));
    }
  }
  return mask;
}
