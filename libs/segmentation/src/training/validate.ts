import type { RasterF32 } from '@mammoline/imaging';
import type { Example } from '../augmentation/example.ts';
import { sidesOfLooks } from '../ensemble/looks.ts';
import { segmentationLoss } from '../losses/segmentation-loss.ts';
import { bestOperatingPoint } from '../metrics/best-operating-point.ts';
import { inference, type Network } from '../networks/network.ts';
import { predictProbabilities } from '../segmenter/predict-probabilities.ts';
import { resizeProbabilities } from '../segmenter/resize-probabilities.ts';
import { meanOfMaps } from '../uncertainty/mean-of-maps.ts';
import { examplesToTensors } from './examples-to-tensors.ts';
import type { TrainingOptions } from './training-options.ts';

export interface ValidationScores {
  readonly validationLoss: number;
  readonly validationDice: number;
  readonly validationIou: number;
  readonly threshold: number;
  readonly smallestAreaShare: number;
}

/**
 * Predicts whole images, one by one, each in the sizes of the recipe's looks, as the model will look; without mirror images, which take four times as long. Scores at the threshold and smallest area that suit them best; the loss is that of the images' own size.
 */
export async function validate(
  network: Network,
  examples: readonly Example[],
  options: TrainingOptions,
  signal?: AbortSignal,
): Promise<ValidationScores> {
  const { tf } = network.backend;
  const { imageSize: side } = options;
  const predicted: RasterF32[] = [];
  let total = 0;
  for (const example of examples) {
    signal?.throwIfAborted();
    const [probabilities, loss] = tf.tidy(() => {
      const { images, truth } = examplesToTensors(tf, [example]);
      const logits = network.forward(images, inference);
      return [tf.sigmoid(logits), segmentationLoss(tf, options.loss, logits, truth)];
    });
    const ownMap = { rows: side, columns: side, data: Float32Array.from(await probabilities.data<'float32'>()) };
    total += (await loss.data<'float32'>())[0] ?? 0;
    tf.dispose([probabilities, loss]);
    const maps: RasterF32[] = [];
    for (const lookSide of sidesOfLooks(options.looks, side)) {
      const looked = lookSide === side ? [ownMap] : await predictProbabilities(network, [example.image], lookSide, signal);
      maps.push(...looked.map((map) => resizeProbabilities(map, side)));
    }
    predicted.push(meanOfMaps(maps));
  }
  const { dice, iou, ...point } = bestOperatingPoint(
    predicted,
    examples.map(({ mask }) => mask),
  );
  return { validationLoss: total / examples.length, validationDice: dice, validationIou: iou, ...point };
}
