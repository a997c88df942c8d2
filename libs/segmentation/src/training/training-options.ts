import { nearestSide } from '../networks/nearest-side.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** What decides the result of a training run, beside its data. */
export interface TrainingOptions extends Recipe {
  readonly seed: number;
  /** Ends the training after this time, within an epoch too; the schedule shrinks to fit. Resumed runs count their former time. */
  readonly maxSeconds?: number | undefined;
}

/** Side of the squares that a recipe trains on. */
export function squareSidePx({ imageSize, augmentation }: Pick<Recipe, 'imageSize' | 'augmentation'>): number {
  return nearestSide(imageSize * augmentation.squareShare);
}
