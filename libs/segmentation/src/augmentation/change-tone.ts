import type { Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import type { Tone } from './draw-tone.ts';

/** Changes the grey values (0 to 1) of each image by its own tone, kept within 0 to 1. The background (0) stays black: films differ in the breast, not beside it. */
export function changeTone(tf: TensorFlow, images: Tensor4D, tones: readonly Tone[]): Tensor4D {
  return tf.tidy(() => {
    const column = (name: keyof Tone): Tensor4D =>
      tf.tensor4d(
        tones.map((tone) => tone[name]),
        [tones.length, 1, 1, 1],
      );
    const bent = tones.every(({ gamma }) => gamma === 1) ? images : tf.pow(images, column('gamma'));
    const changed = tf.clipByValue(tf.add(tf.mul(bent, column('gain')), column('offset')), 0, 1);
    return tf.mul<Tensor4D>(changed, tf.cast(tf.greater(images, 0), 'float32'));
  });
}
