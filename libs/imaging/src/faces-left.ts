import type { BitMask } from './bit-mask.ts';
import { countMarked } from './count-marked.ts';

/**
 * True where more of the breast lies in the right half: the chest wall is at the right and the breast faces left.
 * The right half is taken without the last column, as the reference takes it.
 */
export function facesLeft(breast: BitMask): boolean {
  const middle = Math.floor(breast.columns / 2);
  return countMarked(breast, 0, middle) < countMarked(breast, middle, breast.columns - 1);
}
