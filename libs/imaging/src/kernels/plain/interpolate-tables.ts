import type { TableGrid } from '../kernels.ts';

export function interpolateTables(image: Uint8Array, columns: number, grid: TableGrid): void {
  const { packed, starts, leftWeights, rightWeights, placesDown, upperWeights, lowerWeights } = grid;
  const fround = Math.fround;
  const places = starts.length - 1;
  for (const [y, down] of placesDown.entries()) {
    const upper = upperWeights[y] ?? 0;
    const lower = lowerWeights[y] ?? 0;
    for (let place = 0; place < places; place += 1) {
      const tables = (down * places + place) * 256;
      const end = starts[place + 1] ?? 0;
      for (let x = starts[place] ?? 0; x < end; x += 1) {
        const word = packed[tables + (image[y * columns + x] ?? 0)] ?? 0;
        const left = leftWeights[x] ?? 0;
        const right = rightWeights[x] ?? 0;
        const above = fround(fround((word & 0xff) * left) + fround(((word >>> 8) & 0xff) * right));
        const below = fround(fround(((word >>> 16) & 0xff) * left) + fround((word >>> 24) * right));
        // Adding 2^23 in single precision leaves no room for a fraction: rounds half to even.
        image[y * columns + x] = fround(fround(fround(above * upper) + fround(below * lower)) + 8388608) - 8388608;
      }
    }
  }
}
