import { mean } from '../metrics/mean.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { EpochResult } from './epoch-result.ts';

/** So many decide together under `steady-dice`: an epoch and those before it. */
const steadyEpochs = 5;

/**
 * The epoch with the highest score by the criterion; of several, the first. Undefined before the first epoch. On a few validation images an epoch's Dice is off by some hundredths, and the
 * highest of sixty is a lucky one rather than the best: `steady-dice` has one count together with those before it, from which it differs little.
 */
export function bestEpoch(epochs: readonly EpochResult[], criterion: Recipe['criterion']): EpochResult | undefined {
  const scores = epochs.map((epoch, index) => {
    switch (criterion) {
      case 'dice':
        return epoch.validationDice;
      case 'iou':
        return epoch.validationIou;
      case 'steady-dice':
        return mean(epochs.slice(Math.max(0, index + 1 - steadyEpochs), index + 1).map(({ validationDice }) => validationDice));
    }
  });
  return epochs[scores.indexOf(Math.max(...scores))];
}
