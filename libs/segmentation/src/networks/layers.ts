import type { Backend } from '../backend/backend.ts';
import type { Tensor1D, Tensor4D } from '../backend/tensorflow.ts';
import { normalisationEpsilon } from '../kernels/kernels.ts';
import { withoutGradient } from '../kernels/with-gradient.ts';
import { convolve, convolveForward, type ConvolutionOptions } from '../operations/convolve.ts';
import { rectify } from '../operations/rectify.ts';
import type { ForwardMode } from './network.ts';
import type { WeightTable } from './weight-table.ts';

export type Layer = (x: Tensor4D, mode: ForwardMode) => Tensor4D;

/** Share of the old running statistics that a step keeps: a run has few steps. */
const runningShare = 0.9;

/** Where a layer stands. */
export interface Place {
  /** True where it sees the image itself, or what layers gave that are not trained: it need not say how its input should change. */
  readonly isFirst?: boolean;
}

/** Convolution 3x3, batch normalisation, rectifier. */
export function normalisedConvolution(
  backend: Backend,
  table: WeightTable,
  name: string,
  inputs: number,
  outputs: number,
  { isFirst = false }: Place = {},
): Layer {
  const { tf, kernels } = backend;
  const filter = table.filter(`${name}/filter`, [3, 3, inputs, outputs], 9 * inputs);
  const scale = table.channels(`${name}/scale`, outputs, 1);
  const offset = table.channels(`${name}/offset`, outputs, 0);
  const mean = table.channels(`${name}/mean`, outputs, 0, { isTrained: false });
  const variance = table.channels(`${name}/variance`, outputs, 1, { isTrained: false });
  // The running statistics are constants to a network that predicts: folded into the filter, they cost nothing.
  const fold = table.derive(() => {
    const factor = tf.mul(scale.read(), tf.rsqrt(tf.add(variance.read(), normalisationEpsilon)));
    return { filter: tf.mul(filter(), factor), bias: tf.sub<Tensor1D>(offset.read(), tf.mul(mean.read(), factor)) };
  });
  return (x, { isTraining }) =>
    tf.tidy(() => {
      if (!isTraining) {
        const { filter: folded, bias } = fold();
        return convolveForward(backend, x, folded, { bias, isRectified: true });
      }
      const convolved = convolve(backend, x, filter(), { needsInputGradient: !isFirst });
      const normalised = kernels.normaliseBatch(convolved, scale.read(), offset.read(), (statistics) => {
        for (const [running, now] of [
          [mean, statistics.mean],
          [variance, statistics.variance],
        ] as const) {
          running.assign(tf.add(tf.mul(running.read(), runningShare), tf.mul(now, 1 - runningShare)));
        }
      });
      return rectify(backend, normalised);
    });
}

/** Convolution 3x3 with bias, rectifier. */
export function biasedConvolution(
  backend: Backend,
  table: WeightTable,
  name: string,
  inputs: number,
  outputs: number,
  { isFirst = false }: Place = {},
): Layer {
  const filter = table.filter(`${name}/filter`, [3, 3, inputs, outputs], 9 * inputs);
  return biasedLayer(backend, table, name, filter, outputs, { isRectified: true, needsInputGradient: !isFirst });
}

/** Transposed convolution with stride 2, doubling the sides, and a bias. @param size of the filter's sides */
export function upConvolution(
  backend: Backend,
  table: WeightTable,
  name: string,
  size: number,
  inputs: number,
  outputs: number,
  { isFirst = false }: Place = {},
): Layer {
  const filter = table.filter(`${name}/filter`, [size, size, outputs, inputs], inputs);
  return biasedLayer(backend, table, name, filter, outputs, { upBy: 2, needsInputGradient: !isFirst });
}

/** Convolution 1x1 to one channel of logits. */
export function logitHead(backend: Backend, table: WeightTable, inputs: number): Layer {
  // A tenth of what He's rule gives: an untrained network should predict the prior, which is in the bias.
  return biasedLayer(backend, table, 'head', table.filter('head/filter', [1, 1, inputs, 1], 100 * inputs), 1, {});
}

/** A layer that is not trained, such as one of an encoder that learnt on other images. */
export function frozenLayer({ tf }: Backend, layer: Layer): Layer {
  return (x, mode) => withoutGradient(tf, x, () => layer(x, { ...mode, isTraining: false }));
}

function biasedLayer(
  backend: Backend,
  table: WeightTable,
  name: string,
  filter: () => Tensor4D,
  outputs: number,
  options: ConvolutionOptions,
): Layer {
  const bias = table.channels(`${name}/bias`, outputs, 0);
  return (x, { isTraining }) =>
    backend.tf.tidy(() => (isTraining ? convolve : convolveForward)(backend, x, filter(), { ...options, bias: bias.read() }));
}
