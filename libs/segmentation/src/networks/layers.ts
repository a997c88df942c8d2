import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { normalisationEpsilon } from '../kernels/kernels.ts';
import type { ForwardMode } from './network.ts';
import type { WeightTable } from './weight-table.ts';

export type Layer = (x: Tensor4D, mode: ForwardMode) => Tensor4D;

/** Share of the old running statistics that a step keeps: a run has few steps. */
const runningShare = 0.9;

/** Convolution 3x3, batch normalisation, rectifier. */
export function normalisedConvolution({ tf, kernels }: Backend, table: WeightTable, name: string, inputs: number, outputs: number): Layer {
  const filter = table.filter(`${name}/filter`, [3, 3, inputs, outputs], 9 * inputs);
  const scale = table.channels(`${name}/scale`, outputs, 1);
  const offset = table.channels(`${name}/offset`, outputs, 0);
  const mean = table.channels(`${name}/mean`, outputs, 0, { isTrained: false });
  const variance = table.channels(`${name}/variance`, outputs, 1, { isTrained: false });
  return (x, { isTraining }) =>
    tf.tidy(() => {
      if (!isTraining) {
        // The running statistics are constants: folded into the filter, they cost nothing.
        const factor = tf.mul(scale.read(), tf.rsqrt(tf.add(variance.read(), normalisationEpsilon)));
        const bias = tf.sub(offset.read(), tf.mul(mean.read(), factor));
        return tf.relu(tf.add(tf.conv2d(x, tf.mul(filter(), factor), 1, 'same'), bias));
      }
      const convolved = tf.conv2d(x, filter(), 1, 'same');
      const normalised = kernels.normaliseBatch(convolved, scale.read(), offset.read(), (statistics) => {
        for (const [running, now] of [
          [mean, statistics.mean],
          [variance, statistics.variance],
        ] as const) {
          running.assign(tf.add(tf.mul(running.read(), runningShare), tf.mul(now, 1 - runningShare)));
        }
      });
      return kernels.rectify(normalised);
    });
}

/** Convolution 3x3 with bias, rectifier. */
export function biasedConvolution({ tf, kernels }: Backend, table: WeightTable, name: string, inputs: number, outputs: number): Layer {
  const filter = table.filter(`${name}/filter`, [3, 3, inputs, outputs], 9 * inputs);
  const bias = table.channels(`${name}/bias`, outputs, 0);
  return (x) => tf.tidy(() => kernels.addBiasAndRectify(tf.conv2d(x, filter(), 1, 'same'), bias.read()));
}

/** Transposed convolution with stride 2, doubling the sides, and a bias. @param size of the filter's sides */
export function upConvolution({ tf }: Backend, table: WeightTable, name: string, size: number, inputs: number, outputs: number): Layer {
  const filter = table.filter(`${name}/filter`, [size, size, outputs, inputs], inputs);
  const bias = table.channels(`${name}/bias`, outputs, 0);
  return (x) =>
    tf.tidy(() => {
      const [batch, rows, columns] = x.shape;
      const shape: [number, number, number, number] = [batch, 2 * rows, 2 * columns, outputs];
      return tf.add<Tensor4D>(tf.conv2dTranspose(x, filter(), shape, 2, 'same'), bias.read());
    });
}

/** Convolution 1x1 to one channel of logits. */
export function logitHead({ tf }: Backend, table: WeightTable, inputs: number): Layer {
  // A tenth of what He's rule gives: an untrained network should predict the prior, which is in the bias.
  const filter = table.filter('head/filter', [1, 1, inputs, 1], 100 * inputs);
  const bias = table.channels('head/bias', 1, 0);
  return (x) => tf.tidy(() => tf.add<Tensor4D>(tf.conv2d(x, filter(), 1, 'same'), bias.read()));
}
