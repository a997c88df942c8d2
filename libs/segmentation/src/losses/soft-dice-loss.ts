import type { Scalar, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

/** Keeps the loss defined, and small, where there is no lesion and none is predicted; in pixels. */
const smoothing = 1;

/** What one Dice is taken of: all images of a batch together, or each image by itself, and the mean then. */
export type DiceScope = 'batch' | 'image';

/**
 * 1 - Dice of the probabilities (Milletari et al., 2016). Of the batch, a large lesion counts for more than a small one, and an image without any for little; of each image, all images count alike, as
 * they do in the scores.
 */
export function softDiceLoss(tf: TensorFlow, logits: Tensor4D, truth: Tensor4D, scope: DiceScope): Scalar {
  const axes = scope === 'batch' ? [0, 1, 2, 3] : [1, 2, 3];
  const probabilities = tf.sigmoid(logits);
  const overlap = tf.sum(tf.mul(probabilities, truth), axes);
  const areas = tf.add(tf.sum(probabilities, axes), tf.sum(truth, axes));
  return tf.mean<Scalar>(tf.sub(1, tf.div(tf.add(tf.mul(overlap, 2), smoothing), tf.add(areas, smoothing))));
}
