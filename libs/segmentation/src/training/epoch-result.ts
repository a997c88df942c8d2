import { z } from 'zod';

export const epochSchema = z.object({
  /** Counted from 1. */
  epoch: z.int(),
  /** Mean of the training steps. */
  loss: z.number(),
  validationLoss: z.number(),
  /** Mean over the validation images at the threshold. */
  validationDice: z.number(),
  validationIou: z.number(),
  /** Of the probability: the one that gives the highest Dice. */
  threshold: z.number(),
  /** Share of the image: the smallest component that counts, chosen with the threshold. */
  smallestAreaShare: z.number(),
  seconds: z.number(),
});

/** What one epoch brought. */
export type EpochResult = Readonly<z.infer<typeof epochSchema>>;
