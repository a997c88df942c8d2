import type { BitMask } from '../../bit-mask.ts';

export function dilateAlongColumns({ rows, strideWords, words }: BitMask, radius: number): void {
  const allWords = (rows + radius) * strideWords;
  // Grows each mark downwards, to 2 * radius + 1 marks, by doubling; from the bottom on, so that what is read is not yet grown.
  for (let length = 1; length < 2 * radius + 1;) {
    const step = Math.min(length, 2 * radius + 1 - length);
    const reach = step * strideWords;
    for (let at = allWords - 1; at >= reach; at -= 1) words[at] = (words[at] ?? 0) | (words[at - reach] ?? 0);
    length += step;
  }
  words.copyWithin(0, radius * strideWords, allWords);
  words.fill(0, rows * strideWords, allWords);
}
