import { invalid } from '@mammoline/kernel';
import { binarise } from './binarise.ts';
import type { BitMask } from './bit-mask.ts';
import { clahe } from './clahe.ts';
import { countMarked } from './count-marked.ts';
import { cropBorders } from './crop-borders.ts';
import type { Rectangle } from './crop.ts';
import { describeBreast, type BreastTraits } from './describe-breast.ts';
import { facesLeft } from './faces-left.ts';
import type { Geometry } from './geometry.ts';
import { keepLargestContourFilled } from './keep-largest-contour-filled.ts';
import type { Kernels } from './kernels/kernels.ts';
import { openKernels } from './kernels/open-kernels.ts';
import { roomFor } from './kernels/room-for.ts';
import { openThenDilate } from './open-then-dilate.ts';
import { openingSide } from './opening-side.ts';
import { padToSquare } from './pad-to-square.ts';
import type { PreparationRecipe } from './preparation-recipe.ts';
import type { GreyRaster, Raster8 } from './raster.ts';
import { averageAreas } from './resize-area-average.ts';
import { stretchContrast } from './stretch-contrast.ts';
import { takePart } from './take-part.ts';
import { toEightBit } from './to-eight-bit.ts';
import type { ValueRange } from './value-range.ts';

export interface PreparedMammogram {
  /** Square; the breast at the left, facing right; its contrast evened out. */
  readonly image: Raster8;
  /** The same at the network's size, before its contrast is evened out: what is brighter than all else in the breast stays so. */
  readonly plain: Raster8;
  readonly geometry: Geometry;
  readonly breast: BreastTraits;
}

/** The memory that a preparation works in, and who looks on. */
export interface PreparationOptions {
  readonly kernels?: Kernels;
  /** Runs each step by its name, once and at once: for those who time them. */
  readonly step?: <T>(name: PreparationStep, work: () => T) => T;
  /** Is shown what a step made, at once: later steps work on the same memory, so what is wanted of it is copied. */
  readonly look?: (step: PreparationStep, picture: GreyRaster | BitMask) => void;
}

export type PreparationStep =
  | 'crop'
  | 'range'
  | 'binarise'
  | 'open and dilate'
  | 'largest contour'
  | 'facing'
  | 'mask and 8 bit'
  | 'flip'
  | 'plain'
  | 'CLAHE'
  | 'stretch'
  | 'pad'
  | 'resize';

/** A breast fills 10 to 70 % of a mammogram; what is left of a picture of labels is far below this. */
const smallestBreastFraction = 0.01;

/**
 * Prepares a mammogram at the resolution of the source: crops the borders, removes labels and scratches around the breast, turns the breast to face
 * right, evens out the contrast, pads to a square, 8 bit. The steps and their arithmetic: docs/reference/preparation.md.
 * @param pixels larger is brighter
 * @throws Failure invalid for an image that is tiny, has one grey value alone, or has no breast
 */
export function prepareMammogram(pixels: GreyRaster, recipe: PreparationRecipe, options: PreparationOptions = {}): PreparedMammogram {
  const all = withDefaults(options);
  const { image, ...made } = prepareBreast(pixels, recipe, all);
  const padded = all.step('pad', () => padToSquare(image));
  all.look('pad', padded);
  return { ...made, image: padded };
}

/** The same at the network's size: what `resizeToNetwork` makes of it, which takes a fraction of its time and memory. */
export function prepareNetworkInput(pixels: GreyRaster, recipe: PreparationRecipe, options: PreparationOptions = {}): PreparedMammogram {
  const all = withDefaults(options);
  const { image, ...made } = prepareBreast(pixels, recipe, all);
  const resized = all.step('resize', () => padAndResize(image, made.geometry, all.kernels));
  all.look('resize', resized);
  return { ...made, image: resized };
}

function padAndResize(image: Raster8, { paddedSidePx, networkSidePx }: Geometry, kernels: Kernels): Raster8 {
  const from = { rows: paddedSidePx, columns: paddedSidePx };
  return averageAreas(image, from, { rows: networkSidePx, columns: networkSidePx }, kernels);
}

function withDefaults({ kernels = openKernels(), step = (_name, work) => work(), look = () => undefined }: PreparationOptions) {
  return { kernels, step, look } satisfies PreparationOptions;
}

/** All steps up to the size of the result. The image is in the kernels' memory. */
function prepareBreast(
  pixels: GreyRaster,
  recipe: PreparationRecipe,
  { kernels, step, look }: Required<PreparationOptions>,
): PreparedMammogram {
  const kept = cropBorders(pixels.rows, pixels.columns, recipe.borders);
  refuseTiny(pixels, kept, 2 * recipe.openingSidePx);
  kernels.startOver(roomFor(kept));

  const cropped = step('crop', () => takePart(pixels, kept, kernels));
  look('crop', cropped);
  const range = step('range', () => kernels.valueRange(cropped.data));
  refuseConstant(range, kept);
  const breast = step('binarise', () => binarise(cropped, range, recipe.breastThreshold, kernels));
  look('binarise', breast);
  step('open and dilate', () => {
    openThenDilate(breast, openingSide(pixels, recipe), kernels);
  });
  look('open and dilate', breast);
  step('largest contour', () => keepLargestContourFilled(breast));
  look('largest contour', breast);
  refuseWithoutBreast(breast, recipe);
  const isFlipped = step('facing', () => facesLeft(breast));
  const image = step('mask and 8 bit', () => toEightBit(cropped, breast, range, kernels));
  if (image === undefined) {
    throw invalid(`found nothing but the darkest grey value (${range.min}) in the breast's place; expected a mammogram`);
  }
  look('mask and 8 bit', image);
  const traits = describeBreast(image, breast);
  step('flip', () => {
    if (isFlipped) kernels.mirrorRows(image.data, image.rows, image.columns);
  });
  look('flip', image);
  const geometry = {
    source: { rows: pixels.rows, columns: pixels.columns },
    crop: kept,
    isFlipped,
    paddedSidePx: Math.max(kept.rows, kept.columns),
    networkSidePx: recipe.networkSidePx,
  };
  const plain = step('plain', () => padAndResize(image, geometry, kernels));
  step('CLAHE', () => {
    clahe(image, recipe.clahe, kernels);
  });
  look('CLAHE', image);
  step('stretch', () => {
    stretchContrast(image, kept.rows !== kept.columns, kernels);
  });
  look('stretch', image);
  return { image, plain, geometry, breast: traits };
}

function refuseConstant({ min, max }: ValueRange, kept: Rectangle): void {
  if (min !== max) return;
  throw invalid(`found one grey value (${min}) in all of ${size(kept)} pixels; expected a mammogram: is the file an empty scan or a mask?`);
}

function refuseWithoutBreast(breast: BitMask, recipe: PreparationRecipe): void {
  const fraction = countMarked(breast) / (breast.rows * breast.columns);
  if (fraction >= smallestBreastFraction) return;
  throw invalid(
    `found no breast: the largest bright area is ${(100 * fraction).toFixed(1)} % of ${size(breast)} pixels, ` +
      `expected at least ${100 * smallestBreastFraction} % brighter than ${100 * recipe.breastThreshold} % of the range`,
  );
}

function refuseTiny(pixels: GreyRaster, kept: Rectangle, smallestPx: number): void {
  if (kept.rows >= smallestPx && kept.columns >= smallestPx) return;
  throw invalid(
    `found an image of ${size(pixels)} pixels; expected a mammogram of at least ${smallestPx} x ${smallestPx} inside its borders: is it a thumbnail?`,
  );
}

const size = ({ rows, columns }: { readonly rows: number; readonly columns: number }): string => `${rows} x ${columns}`;
