import type { Example } from './example.ts';

/** Mirrors image and mask alike, left to right, top to bottom, or both. */
export function flipExample({ image, mask }: Example, flips: { readonly isAcross: boolean; readonly isDown: boolean }): Example {
  const mirrored = (data: Uint8Array): Uint8Array => {
    const { rows, columns } = image;
    const result = new Uint8Array(data.length);
    for (let y = 0; y < rows; y += 1) {
      const from = (flips.isDown ? rows - 1 - y : y) * columns;
      const row = data.slice(from, from + columns);
      result.set(flips.isAcross ? row.reverse() : row, y * columns);
    }
    return result;
  };
  return { image: { ...image, data: mirrored(image.data) }, mask: { ...mask, data: mirrored(mask.data) } };
}
