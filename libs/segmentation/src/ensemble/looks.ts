import { z } from 'zod';
import { nearestSide } from '../networks/nearest-side.ts';

/** Which mirror images of a mammogram an ensemble looks at beside the image itself. */
export const flipChoices = ['all', 'across', 'none'] as const;
type FlipChoice = (typeof flipChoices)[number];

export const looksSchema = z.object({
  flips: z.enum(flipChoices),
  /** Shares of the side that the networks are trained for, e.g. 1 and .5. */
  sizes: z.array(z.number().positive()).min(1).readonly(),
});

/** How networks look at a mammogram: at each of its mirror images in each size. */
export type Looks = Readonly<z.infer<typeof looksSchema>>;

export const oneLook: Looks = { flips: 'none', sizes: [1] };

/** How an image is mirrored before a network sees it, and the map after it. */
export interface Flip {
  /** Left and right. */
  readonly isAcross: boolean;
  /** Top and bottom. */
  readonly isDown: boolean;
}

const plain: Flip = { isAcross: false, isDown: false };
const across: Flip = { isAcross: true, isDown: false };

/** The image itself comes first. */
export const flipsOf: Readonly<Record<FlipChoice, readonly Flip[]>> = {
  all: [plain, across, { isAcross: false, isDown: true }, { isAcross: true, isDown: true }],
  across: [plain, across],
  none: [plain],
};

export function looksOnce({ flips, sizes }: Looks): boolean {
  return flips === 'none' && sizes.length === 1 && sizes[0] === 1;
}

/** The sides in pixels at which a network that is trained for images of this side looks. */
export function sidesOfLooks({ sizes }: Pick<Looks, 'sizes'>, imageSize: number): readonly number[] {
  return sizes.map((size) => nearestSide(size * imageSize));
}
