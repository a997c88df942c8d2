import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { tensorAt, withGradient } from '../kernels/with-gradient.ts';

/** max(0, x). The tape keeps the output alone. */
export function rectify({ tf, kernels }: Backend, x: Tensor4D): Tensor4D {
  return withGradient(tf, [x], () => {
    const value = tf.relu(x);
    return { value, saved: [value], gradient: (dy, saved) => [kernels.rectifierGradient(dy, tensorAt(saved, 0))] };
  });
}
