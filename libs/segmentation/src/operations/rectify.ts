import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import type { Rectifier } from '../kernels/kernels.ts';
import { tensorAt, withGradient } from '../kernels/with-gradient.ts';

/** The tape keeps the output alone. */
export function rectify({ tf, kernels }: Backend, x: Tensor4D, rectifier: Rectifier = 'relu'): Tensor4D {
  return withGradient(tf, [x], () => {
    const value = tf[rectifier](x);
    return { value, saved: [value], gradient: (dy, saved) => [kernels.rectifierGradient(dy, tensorAt(saved, 0), rectifier)] };
  });
}
