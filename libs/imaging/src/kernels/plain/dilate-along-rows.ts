import type { BitMask } from '../../bit-mask.ts';

export function dilateAlongRows({ rows, columns, strideWords, words }: BitMask, radius: number): void {
  for (let y = 0; y < rows; y += 1) {
    const row = words.subarray(y * strideWords, (y + 1) * strideWords);
    // Grows each mark to the right, to 2 * radius + 1 marks, by doubling; from the right on, so that what is read is not yet grown.
    for (let length = 1; length < 2 * radius + 1;) {
      const step = Math.min(length, 2 * radius + 1 - length, 31);
      for (let at = strideWords - 1; at >= 0; at -= 1) {
        const carried = at === 0 ? 0 : (row[at - 1] ?? 0) >>> (32 - step);
        row[at] = (row[at] ?? 0) | ((row[at] ?? 0) << step) | carried;
      }
      length += step;
    }
    // Back by the radius, and nothing beyond the last column.
    for (let at = 0; at < strideWords; at += 1) {
      const carried = radius === 0 ? 0 : (row[at + 1] ?? 0) << (32 - radius);
      const kept = columns - 32 * at;
      const within = kept >= 32 ? -1 : kept <= 0 ? 0 : (1 << kept) - 1;
      row[at] = (((row[at] ?? 0) >>> radius) | carried) & within;
    }
  }
}
