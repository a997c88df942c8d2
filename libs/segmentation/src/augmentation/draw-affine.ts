import type { Random } from '../random/create-random.ts';
import type { Augmentation } from './augmentation.ts';
import type { Example } from './example.ts';
import { drawCentre } from './draw-centre.ts';

/** a0 to a5: the output's pixel (x, y) is taken from (a0 x + a1 y + a2, a3 x + a4 y + a5). */
export type AffineMatrix = readonly [number, number, number, number, number, number];

/**
 * Draws where a square out of an example lies: cut out, flipped, turned, scaled and moved in one.
 * @param options sidePx of the square; aroundLesion as drawCentre has it
 */
export function drawAffine(
  example: Example,
  augmentation: Augmentation,
  options: { readonly sidePx: number; readonly aroundLesion: boolean },
  random: Random,
): AffineMatrix {
  const { sidePx, aroundLesion } = options;
  const { rows, columns } = example.image;
  const isWhole = augmentation.wholeShare > 0 && random.uniform() < augmentation.wholeShare;
  const centre = isWhole ? { x: (columns - 1) / 2, y: (rows - 1) / 2 } : drawCentre(example, sidePx, aroundLesion, random);
  const spread = (most: number): number => most * (2 * random.uniform() - 1);
  const flipAcross = augmentation.flipsAcross && random.uniform() < 0.5 ? -1 : 1;
  const flipDown = augmentation.flipsDown && random.uniform() < 0.5 ? -1 : 1;
  const angle = spread((augmentation.rotationDegrees * Math.PI) / 180);
  // Enlarging by s looks at a part of 1 / s.
  const partly = augmentation.widest === 1 ? 1 : augmentation.widest ** random.uniform();
  const wide = isWhole ? columns / sidePx : partly;
  const step = wide / (1 + spread(augmentation.scale));
  const [cosine, sine] = [step * Math.cos(angle), step * Math.sin(angle)];
  const [a, b, c, d] = [flipAcross * cosine, -flipDown * sine, flipAcross * sine, flipDown * cosine];
  const middle = (sidePx - 1) / 2;
  const [x, y] = [centre.x + sidePx * spread(augmentation.shift), centre.y + sidePx * spread(augmentation.shift)];
  return [a, b, x - (a + b) * middle, c, d, y - (c + d) * middle];
}
