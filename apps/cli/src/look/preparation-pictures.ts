import {
  countMarked,
  maskToGrey,
  prepareMammogram,
  resizeAreaAverage,
  resizeToNetwork,
  unpackMask,
  type BitMask,
  type Geometry,
  type GreyRaster,
  type PreparationRecipe,
  type PreparationStep,
  type Raster8,
} from '@mammoline/imaging';
import { Failure } from '@mammoline/kernel';

/** What a step made, as large as fits into a panel. */
export interface StepPicture {
  readonly step: 'source' | PreparationStep;
  readonly rows: number;
  readonly columns: number;
  /** Of a pixel, as the step made it. */
  readonly bits: 1 | 8 | 16;
  /** Of a mask. */
  readonly markedFraction: number | undefined;
  readonly picture: Raster8;
}

export interface PreparationPictures {
  /** In their order; where the preparation is refused, those up to there. */
  readonly pictures: readonly StepPicture[];
  /** What came of it, or why it was refused. */
  readonly outcome: Geometry | Failure;
}

/** Prepares a mammogram and keeps a picture of what each step makes on the way: `prepareMammogram` itself shows them. */
export function preparationPictures(pixels: GreyRaster, recipe: PreparationRecipe, boxPx: BoxPx): PreparationPictures {
  const pictures: StepPicture[] = [];
  const keep = (step: StepPicture['step'], made: GreyRaster | BitMask): void => {
    pictures.push({ step, ...describe(made), rows: made.rows, columns: made.columns, picture: shrinkToFit(toGrey(made), boxPx) });
  };
  keep('source', pixels);
  try {
    const look = (step: PreparationStep, made: GreyRaster | BitMask): void => {
      // Stretching changes hardly anything, and what it makes is padded next.
      if (step !== 'stretch') keep(step, made);
    };
    const { image, geometry } = prepareMammogram(pixels, recipe, { look });
    keep('resize', resizeToNetwork(image, geometry));
    return { pictures, outcome: geometry };
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid') return { pictures, outcome: error };
    throw error;
  }
}

/** What a picture has to fit into. */
export interface BoxPx {
  readonly width: number;
  readonly height: number;
}

/** Averages areas, in proportion; what fits already stays as it is. */
export function shrinkToFit(image: Raster8, { width, height }: BoxPx): Raster8 {
  const scale = Math.min(1, width / image.columns, height / image.rows);
  return resizeAreaAverage(image, Math.max(1, Math.round(image.rows * scale)), Math.max(1, Math.round(image.columns * scale)));
}

/** Black for the smallest and white for the largest value of 16 bits; 8 bits as they are; masks black and white. */
function toGrey(made: GreyRaster | BitMask): Raster8 {
  if ('words' in made) return maskToGrey(unpackMask(made));
  const { rows, columns, data } = made;
  if (data instanceof Uint8Array) return { rows, columns, data };
  let [min, max] = [0xffff, 0];
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const factor = 255 / Math.max(1, max - min);
  return { rows, columns, data: Uint8Array.from(data, (value) => Math.round((value - min) * factor)) };
}

function describe(made: GreyRaster | BitMask): Pick<StepPicture, 'bits' | 'markedFraction'> {
  if ('words' in made) return { bits: 1, markedFraction: countMarked(made) / (made.rows * made.columns) };
  return { bits: made.data instanceof Uint8Array ? 8 : 16, markedFraction: undefined };
}
