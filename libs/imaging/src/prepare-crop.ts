import { bug, invalid } from '@mammoline/kernel';
import { binarise } from './binarise.ts';
import { centreSquare } from './centre-square.ts';
import { clahe } from './clahe.ts';
import type { Kernels } from './kernels/kernels.ts';
import { openKernels } from './kernels/open-kernels.ts';
import { roomFor } from './kernels/room-for.ts';
import type { PreparationRecipe } from './preparation-recipe.ts';
import type { GreyRaster, Raster8 } from './raster.ts';
import { stretchContrast } from './stretch-contrast.ts';
import { takePart } from './take-part.ts';
import { toEightBit } from './to-eight-bit.ts';
import { valueRange } from './value-range.ts';

/**
 * Prepares the cut-out of an abnormality: 8 bit, contrast evened out, the square in its middle, stretched to 0..255.
 * @throws Failure invalid for an image with one grey value alone
 */
export function prepareCrop(pixels: GreyRaster, recipe: PreparationRecipe, kernels: Kernels = openKernels()): Raster8 {
  const { rows, columns } = pixels;
  const range = valueRange(pixels);
  refuseConstant(range, pixels, 'the crop');
  kernels.startOver(roomFor(pixels));
  const whole = takePart(pixels, { top: 0, left: 0, rows, columns }, kernels);
  const image = toEightBit(whole, binarise(whole, range, 0, kernels), range, kernels);
  if (image === undefined) throw bug('prepareCrop: found a range of values in an image without any');
  clahe(image, recipe.clahe, kernels);
  const square = centreSquare(image);
  refuseConstant(valueRange(square), square, 'the middle of the crop');
  const data = kernels.bytes(square.data.length);
  data.set(square.data);
  stretchContrast({ ...square, data }, false, kernels);
  return { ...square, data: data.slice() };
}

function refuseConstant(range: { readonly min: number; readonly max: number }, { rows, columns }: GreyRaster, what: string): void {
  if (range.min !== range.max) return;
  throw invalid(
    `found one grey value (${range.min}) in all of ${rows} x ${columns} pixels of ${what}; expected a picture: is the file a mask?`,
  );
}
