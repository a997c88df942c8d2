import type { CountedPart } from '../kernels.ts';

export function countValues(image: Uint8Array, { columns, left, width, rowsOf }: CountedPart, counts: Uint32Array): void {
  for (const y of rowsOf) {
    const start = y * columns + left;
    for (let at = start; at < start + width; at += 1) {
      const value = image[at] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
  }
}
