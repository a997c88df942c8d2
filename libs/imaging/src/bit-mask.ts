import type { Kernels } from './kernels/kernels.ts';
import type { Mask } from './raster.ts';

/**
 * A binary image, one bit a pixel: pixel x of row y is bit x % 32 of word `y * strideWords + floor(x / 32)`. There are at least 32 spare pixels right of
 * each row and 32 spare rows below the last, all unmarked, so that a dilation may grow into them on its way.
 */
export interface BitMask {
  readonly rows: number;
  readonly columns: number;
  readonly strideWords: number;
  readonly words: Uint32Array;
}

/** Spare pixels right of and below a bit mask: the largest radius that masks can be dilated by is one less. */
export const sparePx = 32;

/** Words of a bit mask of the given size. */
export function bitMaskWords(rows: number, columns: number): { readonly strideWords: number; readonly words: number } {
  const strideWords = 2 * Math.ceil((columns + sparePx) / 64);
  return { strideWords, words: (rows + sparePx) * strideWords };
}

/** @returns an unmarked mask */
export function createBitMask(rows: number, columns: number, kernels?: Pick<Kernels, 'words32'>): BitMask {
  const { strideWords, words } = bitMaskWords(rows, columns);
  return { rows, columns, strideWords, words: kernels === undefined ? new Uint32Array(words) : kernels.words32(words).fill(0) };
}

export function packMask({ rows, columns, data }: Mask): BitMask {
  const mask = createBitMask(rows, columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      if (data[y * columns + x] !== 1) continue;
      const word = y * mask.strideWords + (x >>> 5);
      mask.words[word] = (mask.words[word] ?? 0) | (1 << (x & 31));
    }
  }
  return mask;
}

export function unpackMask({ rows, columns, strideWords, words }: BitMask): Mask {
  const data = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) data[y * columns + x] = ((words[y * strideWords + (x >>> 5)] ?? 0) >>> (x & 31)) & 1;
  }
  return { rows, columns, data };
}
