import type { BitMask } from './bit-mask.ts';
import { countMarked } from './count-marked.ts';
import type { Raster8 } from './raster.ts';

/** What a mammogram is like, for those who watch over what networks get. */
export interface BreastTraits {
  /** Share of the image that the breast fills, 0 to 1. */
  readonly areaShare: number;
  /** Mean of the breast's grey values, 0 to 1; of every eighth row, which a mean of thousands of rows does not notice. */
  readonly meanIntensity: number;
}

const rowStep = 8;

/** @param image 0 outside of the breast */
export function describeBreast(image: Raster8, breast: BitMask): BreastTraits {
  const { rows, columns, data } = image;
  let sum = 0;
  let counted = 0;
  for (let y = 0; y < rows; y += rowStep) {
    counted += countMarked({ ...breast, rows: 1, words: breast.words.subarray(y * breast.strideWords) });
    for (let at = y * columns; at < (y + 1) * columns; at += 1) sum += data[at] ?? 0;
  }
  return { areaShare: countMarked(breast) / (rows * columns), meanIntensity: counted === 0 ? 0 : sum / (255 * counted) };
}
