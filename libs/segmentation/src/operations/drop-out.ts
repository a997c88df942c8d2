import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { tensorAt, withGradient } from '../kernels/with-gradient.ts';

/** Zeroes a share of the values and scales the others up; the same values for the same seed. The tape keeps a byte a value. */
export function dropOut({ tf, kernels }: Backend, x: Tensor4D, rate: number, seed: number): Tensor4D {
  return withGradient(tf, [x], () => {
    const isKept = tf.greaterEqual(kernels.drawUniform(x.shape, seed), rate);
    const scaled = (values: Tensor4D, kept: typeof isKept): Tensor4D => tf.div(tf.mul(values, tf.cast(kept, 'float32')), 1 - rate);
    return { value: scaled(x, isKept), saved: [isKept], gradient: (dy, saved) => [scaled(dy, tensorAt(saved, 0))] };
  });
}
