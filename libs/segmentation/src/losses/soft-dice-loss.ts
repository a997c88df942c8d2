import type { Scalar, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

/** Keeps the loss defined, and small, where a batch has no lesion and none is predicted; in pixels. */
const smoothing = 1;

/**
 * 1 - Dice of the probabilities over the whole batch (Milletari et al., 2016). Over the batch, not by image: lesions are small, and an image without one
 * would say nothing but "predict nothing".
 */
export function softDiceLoss(tf: TensorFlow, logits: Tensor4D, truth: Tensor4D): Scalar {
  const probabilities = tf.sigmoid(logits);
  const overlap = tf.sum(tf.mul(probabilities, truth));
  const areas = tf.add(tf.sum(probabilities), tf.sum(truth));
  return tf.sub<Scalar>(1, tf.div(tf.add(tf.mul(overlap, 2), smoothing), tf.add(areas, smoothing)));
}
