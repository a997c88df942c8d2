import type { Recipe } from '../recipes/recipe.ts';

/** What decides the result of a training run, beside its data. */
export interface TrainingOptions extends Recipe {
  readonly seed: number;
  /** Ends the training after this time, within an epoch too; the schedule shrinks to fit. Resumed runs count their former time. */
  readonly maxSeconds?: number | undefined;
}

/** Side of the squares that a recipe trains on: a multiple of 32, which the networks halve five times. */
export function squareSidePx({ imageSize, augmentation }: Pick<Recipe, 'imageSize' | 'augmentation'>): number {
  return Math.max(32, 32 * Math.round((imageSize * augmentation.squareShare) / 32));
}
