import type { Backend } from '../backend/backend.ts';
import type { Tensor, Tensor4D } from '../backend/tensorflow.ts';
import { tensorAt, withGradient } from '../kernels/with-gradient.ts';

/** The largest value of each 2x2 pixels. */
export function poolLargest({ tf }: Backend, x: Tensor4D): Tensor4D {
  return withGradient(tf, [x], () => {
    const value = tf.maxPool(x, 2, 2, 'valid');
    return {
      value,
      saved: [x, value],
      gradient: (dy, saved) => {
        const inputs = { dy, input: tensorAt(saved, 0), output: tensorAt(saved, 1) };
        return [tf.engine().runKernel<Tensor>('MaxPoolGrad', inputs, { filterSize: [2, 2], strides: [2, 2], pad: 'valid' })];
      },
    };
  });
}
