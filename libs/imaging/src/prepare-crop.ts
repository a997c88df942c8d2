import { invalid } from '@mammoline/kernel';
import { centreSquare } from './centre-square.ts';
import { clahe } from './clahe.ts';
import type { PreparationRecipe } from './preparation-recipe.ts';
import type { GreyRaster, Raster8 } from './raster.ts';
import { stretchContrast } from './stretch-contrast.ts';
import { toEightBit } from './to-eight-bit.ts';
import { valueRange } from './value-range.ts';

/**
 * Prepares the cut-out of an abnormality: 8 bit, contrast evened out, the square in its middle, stretched to 0..255.
 * @throws Failure invalid for an image with one grey value alone
 */
export function prepareCrop(pixels: GreyRaster, recipe: PreparationRecipe): Raster8 {
  const range = valueRange(pixels);
  refuseConstant(range, pixels, 'the crop');
  const square = centreSquare(clahe(toEightBit(pixels, range), recipe.clahe));
  refuseConstant(valueRange(square), square, 'the middle of the crop');
  return stretchContrast(square);
}

function refuseConstant(range: { readonly min: number; readonly max: number }, { rows, columns }: GreyRaster, what: string): void {
  if (range.min !== range.max) return;
  throw invalid(
    `found one grey value (${range.min}) in all of ${rows} x ${columns} pixels of ${what}; expected a picture: is the file a mask?`,
  );
}
