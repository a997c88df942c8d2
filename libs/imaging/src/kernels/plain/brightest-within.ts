import type { BitMask } from '../../bit-mask.ts';

export function brightestWithin(image: Uint16Array, { rows, columns, strideWords, words }: BitMask): number {
  let brightest = 0;
  for (let y = 0; y < rows; y += 1) {
    for (let word = 0; 32 * word < columns; word += 1) {
      const start = y * columns + 32 * word;
      for (let bits = words[y * strideWords + word] ?? 0; bits !== 0; bits &= bits - 1) {
        brightest = Math.max(brightest, image[start + 31 - Math.clz32(bits & -bits)] ?? 0);
      }
    }
  }
  return brightest;
}
