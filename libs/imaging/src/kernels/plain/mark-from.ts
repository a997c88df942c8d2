import type { BitMask } from '../../bit-mask.ts';

export function markFrom(image: Uint8Array | Uint16Array, lowest: number, { rows, columns, strideWords, words }: BitMask): void {
  for (let y = 0; y < rows; y += 1) {
    for (let word = 0; word < strideWords; word += 1) {
      let bits = 0;
      const end = Math.min(32, columns - 32 * word);
      const start = y * columns + 32 * word;
      for (let at = 0; at < end; at += 1) if ((image[start + at] ?? 0) >= lowest) bits |= 1 << at;
      words[y * strideWords + word] = bits;
    }
  }
}
