import type { Random } from '../random/create-random.ts';
import { changeBrightness } from './change-brightness.ts';
import { cropExample } from './crop-example.ts';
import type { Example } from './example.ts';
import { flipExample } from './flip-example.ts';

const largestGainChange = 0.15;
const largestOffset = 12;

/** A random crop, flipped and with another brightness. */
export function augmentExample(
  example: Example,
  options: { readonly cropSidePx: number; readonly aroundLesion: boolean },
  random: Random,
): Example {
  const cropped = cropExample(example, options.cropSidePx, options.aroundLesion, random);
  const { image, mask } = flipExample(cropped, { isAcross: random.uniform() < 0.5, isDown: random.uniform() < 0.5 });
  const gain = 1 + largestGainChange * (2 * random.uniform() - 1);
  const offset = largestOffset * (2 * random.uniform() - 1);
  return { image: changeBrightness(image, gain, offset), mask };
}
