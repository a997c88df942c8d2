import type { Example } from '../augmentation/example.ts';
import { segmentationLoss, type LossName } from '../losses/segmentation-loss.ts';
import type { Network } from '../networks/network.ts';
import type { Adam } from './adam.ts';
import { examplesToTensors } from './examples-to-tensors.ts';

/** One step: forward, loss, gradients, weights moved. Returns the loss; leaves no tensor behind. */
export async function trainingStep(
  network: Network,
  adam: Adam,
  examples: readonly Example[],
  options: { readonly loss: LossName; readonly learningRate: number; readonly seed: number; readonly side: number },
): Promise<number> {
  const { tf } = network.backend;
  const loss = tf.tidy(() => {
    const { images, truth } = examplesToTensors(tf, examples, options.side);
    const { value, grads } = tf.variableGrads(
      () => segmentationLoss(tf, options.loss, network.forward(images, { isTraining: true, seed: options.seed }), truth),
      [...network.trainable],
    );
    adam.apply(grads, options.learningRate);
    return value;
  });
  try {
    const [value = Number.NaN] = await loss.data<'float32'>();
    return value;
  } finally {
    loss.dispose();
  }
}
