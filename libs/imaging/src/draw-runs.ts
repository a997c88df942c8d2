import type { BitMask } from './bit-mask.ts';

/** Marks runs: y, first x, x after the last; three numbers a run. */
export function drawRuns({ strideWords, words }: BitMask, runs: readonly number[]): void {
  for (let at = 0; at < runs.length; at += 3) {
    const row = (runs[at] ?? 0) * strideWords;
    const start = runs[at + 1] ?? 0;
    const end = runs[at + 2] ?? 0;
    const first = row + (start >>> 5);
    const last = row + ((end - 1) >>> 5);
    const fromStart = -1 << (start & 31);
    const toEnd = -1 >>> (31 - ((end - 1) & 31));
    if (first === last) words[first] = (words[first] ?? 0) | (fromStart & toEnd);
    else {
      words[first] = (words[first] ?? 0) | fromStart;
      words.fill(0xffffffff, first + 1, last);
      words[last] = (words[last] ?? 0) | toEnd;
    }
  }
}
