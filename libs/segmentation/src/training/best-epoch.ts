import type { EpochResult } from './epoch-result.ts';

/** The epoch with the highest Dice; of several, the first. Undefined before the first epoch. */
export function bestEpoch(epochs: readonly EpochResult[]): EpochResult | undefined {
  return epochs.reduce<EpochResult | undefined>(
    (best, epoch) => (best === undefined || epoch.validationDice > best.validationDice ? epoch : best),
    undefined,
  );
}
