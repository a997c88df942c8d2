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
    const row = y * strideWords;
    for (let word = row + first; word <= row + last; word += 1) {
      const marked = words[word] ?? 0;
      // Masks are areas: most words are wholly marked or not at all.
      if (marked === 0xffffffff) count += 32;
      else if (marked !== 0) count += bitsIn(marked);
    }
    count -= bitsIn((words[row + first] ?? 0) & ~afterLeft) + bitsIn((words[row + last] ?? 0) & ~beforeRight);
  }
  return count;
}

/** The number of ones in 32 bits: sums of pairs, of fours, of bytes (H. Warren, Hacker's Delight, 5-1). */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
