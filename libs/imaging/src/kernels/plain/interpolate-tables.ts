import type { RowPart } from '../kernels.ts';

export function interpolateTables(
  image: Uint8Array,
  { offset, start, end, tableOffset, upperWeight, lowerWeight }: RowPart,
  table: Uint32Array,
  leftWeights: Float32Array,
  rightWeights: Float32Array,
): void {
  const fround = Math.fround;
  for (let x = start; x < end; x += 1) {
    const packed = table[tableOffset + (image[offset + x] ?? 0)] ?? 0;
    const left = leftWeights[x] ?? 0;
    const right = rightWeights[x] ?? 0;
    const above = fround(fround((packed & 0xff) * left) + fround(((packed >>> 8) & 0xff) * right));
    const below = fround(fround(((packed >>> 16) & 0xff) * left) + fround((packed >>> 24) * right));
    // Adding 2^23 in single precision leaves no room for a fraction: rounds half to even.
    image[offset + x] = fround(fround(fround(above * upperWeight) + fround(below * lowerWeight)) + 8388608) - 8388608;
  }
}
