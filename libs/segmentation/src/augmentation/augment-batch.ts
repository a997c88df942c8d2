import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { examplesToTensors, type Batch } from '../training/examples-to-tensors.ts';
import { changeTone } from './change-tone.ts';
import type { AffineMatrix } from './draw-affine.ts';
import type { Tone } from './draw-tone.ts';
import type { Example } from './example.ts';

/** An example and what was drawn for it. */
export interface AugmentedExample {
  readonly example: Example;
  readonly affine: AffineMatrix;
  readonly tone: Tone;
}

/**
 * Makes a batch of squares: image and mask of all examples are resampled by one operation of the backend, a mask's pixel is marked where half of it is.
 * @param drawn examples of one size
 */
export function augmentBatch({ tf, kernels }: Backend, drawn: readonly AugmentedExample[], sidePx: number): Batch {
  return tf.tidy(() => {
    const whole = examplesToTensors(
      tf,
      drawn.map(({ example }) => example),
    );
    const matrices = tf.tensor2d(drawn.map(({ affine }) => [...affine, 0, 0]));
    const moved = kernels.transformImages(tf.concat([whole.images, whole.truth], 3), matrices, sidePx);
    const [images, truth] = tf.split<Tensor4D>(moved, 2, 3);
    if (images === undefined || truth === undefined) throw new RangeError('a tensor of two channels did not split in two');
    return {
      images: changeTone(
        tf,
        images,
        drawn.map(({ tone }) => tone),
      ),
      truth: tf.cast<Tensor4D>(tf.greaterEqual(truth, 0.5), 'float32'),
    };
  });
}
