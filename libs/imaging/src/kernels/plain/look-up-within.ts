import type { BitMask } from '../../bit-mask.ts';

export function lookUpWithin(
  image: Uint16Array,
  { rows, columns, strideWords, words }: BitMask,
  table: Uint8Array,
  into: Uint8Array,
): void {
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const isMarked = (((words[y * strideWords + (x >>> 5)] ?? 0) >>> (x & 31)) & 1) === 1;
      const at = y * columns + x;
      into[at] = isMarked ? (table[image[at] ?? 0] ?? 0) : 0;
    }
  }
}
