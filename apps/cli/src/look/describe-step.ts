import { openingSide, type Geometry, type PreparationRecipe } from '@mammoline/imaging';
import { assertNever } from '@mammoline/kernel';
import type { StepPicture } from './preparation-pictures.ts';

/** What is written over a panel. */
export interface StepText {
  readonly title: string;
  readonly detail: string;
}

/** Names a step and what it did to this image. @param geometry undefined where the preparation was refused */
export function describeStep(
  made: StepPicture,
  recipe: PreparationRecipe,
  source: Geometry['source'],
  geometry: Geometry | undefined,
): StepText {
  const size = `${String(made.rows)} x ${String(made.columns)}`;
  const marked = `${(100 * (made.markedFraction ?? 0)).toFixed(1)} % marked`;
  switch (made.step) {
    case 'source':
      return { title: 'source', detail: `${size}, ${String(made.bits)} bit` };
    case 'crop':
      return { title: 'borders cropped', detail: geometry === undefined ? size : `${size}, from row ${String(geometry.crop.top)}` };
    case 'binarise':
      return { title: 'binarised', detail: `from ${String(100 * recipe.breastThreshold)} % of the range: ${marked}` };
    case 'open and dilate':
      return { title: 'opened, dilated', detail: `by ${String(openingSide(source, recipe))} pixels: ${marked}` };
    case 'largest contour':
      return { title: 'largest contour', detail: `filled: ${marked}` };
    case 'mask and 8 bit':
      return { title: 'masked', detail: `${size}, ${String(made.bits)} bit` };
    case 'flip':
      return geometry?.isFlipped === true
        ? { title: 'flipped', detail: 'it faced left' }
        : { title: 'not flipped', detail: 'it faces right already' };
    case 'CLAHE':
      return {
        title: 'CLAHE',
        detail: `clip limit ${String(recipe.clahe.clipLimit)}, ${String(recipe.clahe.tiles)} x ${String(recipe.clahe.tiles)} tiles`,
      };
    case 'pad':
      return { title: 'padded', detail: size };
    case 'resize':
      return { title: 'network size', detail: size };
    case 'range':
    case 'facing':
    case 'plain':
    case 'stretch':
      return { title: made.step, detail: size };
    default:
      return assertNever(made.step);
  }
}
