import { backendPreferences } from '@mammoline/segmentation';
import { z } from 'zod';

/** What the training process takes from the environment; the service refuses to start where it is wrong, so that no run is spent on it. */
export const trainingEnvironment = z.object({
  MAMMOLINE_BLOBS_URL: z.string(),
  MAMMOLINE_BACKEND: z.enum(backendPreferences).default('auto'),
  MAMMOLINE_TENSORBOARD_DIR: z.string().optional(),
  /** False: runs are recorded and told of, and left to processes with `--once`. */
  MAMMOLINE_TRAIN_HERE: z.stringbool().default(true),
  /** Of the code, for runs to record; where it is not given they ask git. */
  MAMMOLINE_CODE_VERSION: z.string().optional(),
});
