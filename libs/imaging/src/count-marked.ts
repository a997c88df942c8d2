import type { BitMask } from './bit-mask.ts';

/** How many pixels are marked from column `left` to the one before `right`. */
export function countMarked({ rows, columns, strideWords, words }: BitMask, left = 0, right = columns): number {
  if (left >= right) return 0;
  const first = left >>> 5;
  const last = (right - 1) >>> 5;
  const afterLeft = -1 << (left & 31);
  const beforeRight = -1 >>> (31 - ((right - 1) & 31));
  let count = 0;
  for (let y = 0; y < rows; y += 1) {
    for (let word = first; word <= last; word += 1) {
      const kept = (word === first ? afterLeft : -1) & (word === last ? beforeRight : -1);
      count += bitsIn((words[y * strideWords + word] ?? 0) & kept);
    }
  }
  return count;
}

/** The number of ones in 32 bits: sums of pairs, of fours, of bytes (H. Warren, Hacker's Delight, 5-1). */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
