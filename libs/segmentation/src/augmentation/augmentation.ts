import { z } from 'zod';

/** What examples are changed by at random; 0 is not at all. */
export const augmentationSchema = z.object({
  /** Side of the squares to train on, as a share of the image's; 1 takes the image whole. */
  squareShare: z.number().gt(0).max(1),
  /** Squares of each image an epoch, every other one around a lesion. */
  squaresPerImage: z.int().positive(),
  /** A square shows as much as one of up to this many times its side, made smaller to fit: what is large is seen as a whole too. Runs of before it have 1. */
  widest: z.number().min(1).default(1),
  /** Of the squares, the share that show the whole image instead, made smaller to fit: what surrounds a lesion tells it from what looks like one. Runs of before it have 0. */
  wholeShare: z.number().min(0).max(1).default(0),
  flipsAcross: z.boolean(),
  flipsDown: z.boolean(),
  /** Turned by as much either way. */
  rotationDegrees: z.number(),
  /** Enlarged or made smaller by this share at most. */
  scale: z.number().min(0).lt(1),
  /** Moved either way along both axes, as a share of the square's side. */
  shift: z.number(),
  /** The exponent of the grey values is within 1 / (1 + gamma) .. 1 + gamma. */
  gamma: z.number(),
  /** Grey values are multiplied by 1 - gain .. 1 + gain. */
  gain: z.number(),
  /** Added to grey values of 0 to 1, either way. */
  offset: z.number(),
});

export type Augmentation = Readonly<z.infer<typeof augmentationSchema>>;
