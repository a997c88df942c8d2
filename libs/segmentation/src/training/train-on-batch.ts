import { bug } from '@mammoline/kernel';
import type { Scalar, Tensor, Tensor4D } from '../backend/tensorflow.ts';
import { segmentationLoss, type LossName } from '../losses/segmentation-loss.ts';
import type { Network } from '../networks/network.ts';
import type { Adam } from './adam.ts';
import type { Batch } from './examples-to-tensors.ts';

/** How a step is taken. */
export interface StepOptions {
  readonly loss: LossName;
  readonly learningRate: number;
  /** Of the dropout. */
  readonly seed: number;
  /** Takes the gradients of so many examples at a time and adds them up: less memory, and the same step where loss and network see each example by itself. Undefined: all at once. */
  readonly examplesAtOnce?: number | undefined;
}

interface Gradients {
  readonly value: Scalar;
  readonly grads: Record<string, Tensor>;
}

/** Moves the weights by one step: forward, loss, gradients. Returns the loss; leaves no tensor behind, and the batch to the caller. */
export async function trainOnBatch(network: Network, adam: Pick<Adam, 'apply'>, batch: Batch, options: StepOptions): Promise<number> {
  const { tf } = network.backend;
  const count = batch.images.shape[0];
  const atOnce = options.examplesAtOnce ?? count;
  const parts = Math.ceil(count / atOnce);
  const gradientsOf = (part: number): Gradients => {
    const start = part * atOnce;
    const size = Math.min(atOnce, count - start);
    const cut = (tensor: Tensor4D): Tensor4D => (parts === 1 ? tensor : tf.slice(tensor, [start, 0, 0, 0], [size, -1, -1, -1]));
    const [images, truth] = [cut(batch.images), cut(batch.truth)];
    return tf.variableGrads(() => {
      const logits = network.forward(images, { isTraining: true, seed: options.seed * parts + part });
      return tf.mul<Scalar>(segmentationLoss(tf, options.loss, logits, truth), size / count);
    }, [...network.trainable]);
  };
  const loss = tf.tidy(() => {
    let sum = gradientsOf(0);
    for (let part = 1; part < parts; part += 1) {
      const next = gradientsOf(part);
      const former = sum;
      const grads: Record<string, Tensor> = {};
      for (const [name, gradient] of Object.entries(former.grads)) {
        const other = next.grads[name];
        if (other === undefined) throw bug(`the weight ${name} has a gradient in one part of a batch and none in another`);
        grads[name] = tf.add(gradient, other);
        tf.dispose([gradient, other]);
      }
      sum = { value: tf.add(former.value, next.value), grads };
    }
    adam.apply(sum.grads, options.learningRate);
    return sum.value;
  });
  try {
    const [value = Number.NaN] = await loss.data<'float32'>();
    return value;
  } finally {
    loss.dispose();
  }
}
