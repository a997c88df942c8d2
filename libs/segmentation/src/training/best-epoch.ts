import type { Recipe } from '../recipes/recipe.ts';
import type { EpochResult } from './epoch-result.ts';

/** The epoch with the highest mean over the validation images; of several, the first. Undefined before the first epoch. */
export function bestEpoch(epochs: readonly EpochResult[], criterion: Recipe['criterion']): EpochResult | undefined {
  const scoreOf = (epoch: EpochResult): number => (criterion === 'iou' ? epoch.validationIou : epoch.validationDice);
  return epochs.reduce<EpochResult | undefined>(
    (best, epoch) => (best === undefined || scoreOf(epoch) > scoreOf(best) ? epoch : best),
    undefined,
  );
}
