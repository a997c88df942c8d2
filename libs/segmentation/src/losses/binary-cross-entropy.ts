import type { Scalar, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

/** Mean over all pixels of the cross-entropy between truth (0 or 1) and the sigmoid of the logits, in the form that does not overflow. */
export function binaryCrossEntropy(tf: TensorFlow, logits: Tensor4D, truth: Tensor4D): Scalar {
  const linear = tf.sub(tf.relu(logits), tf.mul(logits, truth));
  const rest = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return tf.mean(tf.add(linear, rest));
}
