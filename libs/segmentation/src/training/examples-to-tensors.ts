import { bug } from '@mammoline/kernel';
import type { Example } from '../augmentation/example.ts';
import type { Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

export interface Batch {
  /** [examples, side, side, 1], 0..1. */
  readonly images: Tensor4D;
  /** The same shape, 0 or 1. */
  readonly truth: Tensor4D;
}

/** @param examples of one size */
export function examplesToTensors(tf: TensorFlow, examples: readonly Example[]): Batch {
  const { rows, columns } = examples[0]?.image ?? { rows: 0, columns: 0 };
  const pixels = rows * columns;
  const images = new Float32Array(examples.length * pixels);
  const truth = new Float32Array(examples.length * pixels);
  for (const [index, { image, mask }] of examples.entries()) {
    if (image.data.length !== pixels || mask.data.length !== pixels) throw bug('a batch has examples of several sizes');
    const offset = index * pixels;
    for (let at = 0; at < pixels; at += 1) images[offset + at] = (image.data[at] ?? 0) / 255;
    truth.set(mask.data, offset);
  }
  const shape: [number, number, number, number] = [examples.length, rows, columns, 1];
  return { images: tf.tensor4d(images, shape), truth: tf.tensor4d(truth, shape) };
}
