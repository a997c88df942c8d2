import { pictureKinds, sha256Of, stableJson, type Sha256 } from '@mammoline/kernel';
import { z } from 'zod';
import { augmentationSchema } from '../augmentation/augmentation.ts';
import { oneLook, looksSchema } from '../ensemble/looks.ts';
import { lossNames } from '../losses/segmentation-loss.ts';
import { inputNames, networkNames } from '../networks/network.ts';
import { scheduleNames } from '../schedules/schedule.ts';

/** `steady-dice` is the mean Dice of an epoch and of those shortly before it; `dice`, its own, is what runs of before were begun with. */
export const criteria = ['dice', 'iou', 'steady-dice'] as const;

export const recipeSchema = z.object({
  network: z.enum(networkNames),
  /** Side of the square that the network predicts, in pixels, a multiple of 32. */
  imageSize: z.int(),
  /** Of the mammogram, as it is prepared. Runs of before there was a choice see the equalised one. */
  picture: z.enum(pictureKinds).default('equalised'),
  input: z.enum(inputNames),
  augmentation: augmentationSchema,
  loss: z.enum(lossNames),
  /** Of Adam; the highest of the schedule. */
  learningRate: z.number(),
  schedule: z.enum(scheduleNames),
  /** Examples a step. */
  batchSize: z.int(),
  /** Of these, how many are in memory at once (undefined: all). Only where loss and network see each example by itself: cross-entropy, without batch normalisation. */
  examplesAtOnce: z.int().positive().optional(),
  epochs: z.int(),
  /** Ends the training when so many epochs in a row have not improved the best. */
  patience: z.int().optional(),
  /** The mean over the validation images whose highest value decides which epoch is kept. */
  criterion: z.enum(criteria),
  /** Mirror images and sizes that the trained network sees of a mammogram, to predict the mean of the maps. Runs of before it look once. */
  looks: looksSchema.default(oneLook),
});

/** How a network is trained: all that decides the result beside data, seed and time. */
export type Recipe = Readonly<z.infer<typeof recipeSchema>>;

/** Names a recipe by its content. */
export function hashOfRecipe(recipe: Recipe): Sha256 {
  return sha256Of(stableJson(recipeSchema.parse(recipe)));
}
