import { invalid } from '@mammoline/kernel';
import { applyMask } from './apply-mask.ts';
import { binarise } from './binarise.ts';
import { clahe } from './clahe.ts';
import { cropBorders } from './crop-borders.ts';
import { crop, type Rectangle } from './crop.ts';
import { facesLeft } from './faces-left.ts';
import { flip } from './flip.ts';
import type { Geometry } from './geometry.ts';
import { largestContourFilled } from './largest-contour-filled.ts';
import { maskArea } from './mask-area.ts';
import { openThenDilate } from './open-then-dilate.ts';
import { padToSquare } from './pad-to-square.ts';
import type { PreparationRecipe } from './preparation-recipe.ts';
import type { GreyRaster, Mask, Raster8 } from './raster.ts';
import { stretchContrast } from './stretch-contrast.ts';
import { toEightBit } from './to-eight-bit.ts';
import { valueRange } from './value-range.ts';

export interface PreparedMammogram {
  /** Square, at the resolution of the source; the breast at the left, facing right. */
  readonly image: Raster8;
  readonly geometry: Geometry;
}

/** A breast fills 10 to 70 % of a mammogram; what is left of a picture of labels is far below this. */
const smallestBreastFraction = 0.01;

/**
 * Prepares a mammogram: crops the borders, removes labels and scratches around the breast, turns the breast to face right, evens out the contrast,
 * pads to a square, 8 bit. The steps and their arithmetic: docs/reference/preparation.md.
 * @param pixels larger is brighter
 * @throws Failure invalid for an image that is tiny, has one grey value alone, or has no breast
 */
export function prepareMammogram(pixels: GreyRaster, recipe: PreparationRecipe): PreparedMammogram {
  const kept = cropBorders(pixels.rows, pixels.columns, recipe.borders);
  refuseTiny(pixels, kept, 2 * recipe.openingSidePx);
  const cropped = crop(pixels, kept);
  const range = valueRange(cropped);
  if (range.min === range.max) {
    throw invalid(
      `found one grey value (${range.min}) in all of ${size(kept)} pixels; expected a mammogram: is the file an empty scan or a mask?`,
    );
  }
  const breast = findBreast(binarise(cropped, range, recipe.breastThreshold), recipe);
  const isFlipped = facesLeft(breast);
  const masked = applyMask(cropped, breast, range.min);
  if (valueRange(masked).max === range.min) {
    throw invalid(`found nothing but the darkest grey value (${range.min}) in the breast's place; expected a mammogram`);
  }
  const eightBit = toEightBit(isFlipped ? flip(masked) : masked, range);
  const image = stretchContrast(padToSquare(clahe(eightBit, recipe.clahe)));
  return {
    image,
    geometry: {
      source: { rows: pixels.rows, columns: pixels.columns },
      crop: kept,
      isFlipped,
      paddedSidePx: image.rows,
      networkSidePx: recipe.networkSidePx,
    },
  };
}

function findBreast(bright: Mask, recipe: PreparationRecipe): Mask {
  const breast = largestContourFilled(openThenDilate(bright, recipe.openingSidePx));
  const fraction = breast === undefined ? 0 : maskArea(breast) / breast.data.length;
  if (breast === undefined || fraction < smallestBreastFraction) {
    throw invalid(
      `found no breast: the largest bright area is ${(100 * fraction).toFixed(1)} % of ${size(bright)} pixels, ` +
        `expected at least ${100 * smallestBreastFraction} % brighter than ${100 * recipe.breastThreshold} % of the range`,
    );
  }
  return breast;
}

function refuseTiny(pixels: GreyRaster, kept: Rectangle, smallestPx: number): void {
  if (kept.rows >= smallestPx && kept.columns >= smallestPx) return;
  throw invalid(
    `found an image of ${size(pixels)} pixels; expected a mammogram of at least ${smallestPx} x ${smallestPx} inside its borders: is it a thumbnail?`,
  );
}

const size = ({ rows, columns }: { readonly rows: number; readonly columns: number }): string => `${rows} x ${columns}`;
