import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { withGradient } from '../kernels/with-gradient.ts';

/** Puts the channels of tensors of one size one after the other. The tape keeps nothing of them. */
export function joinChannels({ tf }: Backend, tensors: readonly Tensor4D[]): Tensor4D {
  const channels = tensors.map(({ shape }) => shape[3]);
  return withGradient(tf, [...tensors], () => ({
    value: tf.concat([...tensors], 3),
    saved: [],
    gradient: (dy) => tf.split(dy, channels, 3),
  }));
}
