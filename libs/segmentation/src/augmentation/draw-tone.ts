import type { Random } from '../random/create-random.ts';
import type { Augmentation } from './augmentation.ts';

/** A grey value v of 0 to 1 becomes gain * v ** gamma + offset. */
export interface Tone {
  readonly gamma: number;
  readonly gain: number;
  readonly offset: number;
}

/** Draws how the grey values of one example change. The exponent is as often below 1 as above. */
export function drawTone(augmentation: Augmentation, random: Random): Tone {
  const spread = (): number => 2 * random.uniform() - 1;
  return {
    gamma: (1 + augmentation.gamma) ** spread(),
    gain: 1 + augmentation.gain * spread(),
    offset: augmentation.offset * spread(),
  };
}
