import type { BitMask } from './bit-mask.ts';

/** Marks what is unmarked and the other way round, in place; spare pixels stay unmarked. */
export function invert({ rows, columns, strideWords, words }: BitMask): void {
  const whole = columns >>> 5;
  const rest = (1 << (columns & 31)) - 1;
  for (let y = 0; y < rows; y += 1) {
    const row = y * strideWords;
    for (let word = row; word < row + whole; word += 1) words[word] = ~(words[word] ?? 0);
    words[row + whole] = (words[row + whole] ?? 0) ^ rest;
  }
}
