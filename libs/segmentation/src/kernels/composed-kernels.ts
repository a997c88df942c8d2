import type { TensorFlow, Tensor4D } from '../backend/tensorflow.ts';
import { normalisationEpsilon, type Kernels } from './kernels.ts';

const pixelAxes = [0, 1, 2];

/** Kernels made of TensorFlow.js's own operations, for every backend. */
export function composedKernels(tf: TensorFlow): Kernels {
  return {
    normaliseBatch: (x, scale, offset, onStatistics) => {
      const { mean, variance } = tf.moments(x, pixelAxes);
      tf.tidy(() => {
        const values = x.size / scale.size;
        onStatistics({
          mean: tf.reshape(mean, scale.shape),
          variance: tf.reshape(tf.mul(variance, values / Math.max(1, values - 1)), scale.shape),
        });
      });
      const factor = tf.mul(tf.rsqrt(tf.add(variance, normalisationEpsilon)), scale);
      return tf.add<Tensor4D>(tf.mul(tf.sub(x, mean), factor), offset);
    },
    rectify: (x) => tf.relu(x),
    addBiasAndRectify: (x, bias) => tf.relu(tf.add<Tensor4D>(x, bias)),
    dropOut: (x, rate, seed) => asRank4(tf.dropout(x, rate, undefined, seed)),
  };

  function asRank4(x: ReturnType<TensorFlow['dropout']>): Tensor4D {
    const [batch = 0, rows = 0, columns = 0, channels = 0] = x.shape;
    return tf.reshape(x, [batch, rows, columns, channels]);
  }
}
