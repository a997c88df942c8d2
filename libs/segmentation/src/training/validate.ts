import type { RasterF32 } from '@mammoline/imaging';
import type { Example } from '../augmentation/example.ts';
import { segmentationLoss } from '../losses/segmentation-loss.ts';
import { bestOperatingPoint } from '../metrics/best-operating-point.ts';
import { inference, type Network } from '../networks/network.ts';
import { examplesToTensors } from './examples-to-tensors.ts';
import type { TrainingOptions } from './training-options.ts';

export interface ValidationScores {
  readonly validationLoss: number;
  readonly validationDice: number;
  readonly validationIou: number;
  readonly threshold: number;
  readonly smallestAreaShare: number;
}

/** Predicts whole images, one by one; scores at the threshold and smallest area that suit them best. */
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
    predicted.push({ rows: side, columns: side, data: Float32Array.from(await probabilities.data<'float32'>()) });
    total += (await loss.data<'float32'>())[0] ?? 0;
    tf.dispose([probabilities, loss]);
  }
  const { dice, iou, ...point } = bestOperatingPoint(
    predicted,
    examples.map(({ mask }) => mask),
  );
  return { validationLoss: total / examples.length, validationDice: dice, validationIou: iou, ...point };
}
