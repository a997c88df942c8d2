import type { LossName } from '../losses/segmentation-loss.ts';
import type { NetworkName } from '../networks/network.ts';

/** What decides the result of a training run, beside its data. */
export interface TrainingOptions {
  readonly network: NetworkName;
  /** Side of the square that the network predicts, a multiple of 32. */
  readonly imageSize: number;
  /** Side of the squares cut out of it to train on, a multiple of 32, at most imageSize. */
  readonly cropSize: number;
  /** Squares cut out of each image an epoch, every other one around a lesion. */
  readonly cropsPerImage: number;
  readonly epochs: number;
  /** Squares a step. */
  readonly batchSize: number;
  /** The highest of the schedule. */
  readonly learningRate: number;
  readonly loss: LossName;
  readonly seed: number;
  /** Ends the training after this time, within an epoch too; the schedule shrinks to fit. Resumed runs count their former time. */
  readonly maxSeconds: number | undefined;
  /** Ends the training when so many epochs in a row have not improved the best. */
  readonly patience: number | undefined;
}

/** Numbers that suit a network, for options that are not given. */
export function defaultTrainingOptions(network: NetworkName, imageSize: number): TrainingOptions {
  return {
    network,
    imageSize,
    cropSize: Math.max(32, 32 * Math.round(imageSize / 64)),
    cropsPerImage: 2,
    epochs: 30,
    batchSize: 8,
    learningRate: network === 'unet-compact' ? 3e-3 : 1e-4,
    loss: 'bce+dice',
    seed: 0,
    maxSeconds: undefined,
    patience: undefined,
  };
}
