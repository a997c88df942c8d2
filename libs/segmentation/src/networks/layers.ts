import type { Backend } from '../backend/backend.ts';
import type { Tensor1D, Tensor4D } from '../backend/tensorflow.ts';
import { normalisationEpsilon, type BatchStatistics, type Rectifier } from '../kernels/kernels.ts';
import { withoutGradient } from '../kernels/with-gradient.ts';
import { convolve, convolveForward, type ConvolutionOptions } from '../operations/convolve.ts';
import { rectify } from '../operations/rectify.ts';
import type { ForwardMode } from './network.ts';
import type { WeightTable } from './weight-table.ts';

export type Layer = (x: Tensor4D, mode: ForwardMode) => Tensor4D;

/** Where a layer stands. */
export interface Place {
  /** True where it sees the image itself, or what layers gave that are not trained: it need not say how its input should change. */
  readonly isFirst?: boolean;
}

export interface NormalisedOptions extends Place {
  /** Of the filter's sides. */
  readonly size?: number;
  readonly stride?: 1 | 2;
  /** Each channel has a filter of its own; there are as many outputs as inputs. */
  readonly isDepthwise?: boolean;
  readonly rectifier?: Rectifier | 'none';
}

/** Convolution (3x3 where nothing else is said), batch normalisation, rectifier. */
export function normalisedConvolution(
  backend: Backend,
  table: WeightTable,
  name: string,
  inputs: number,
  outputs: number,
  { isFirst = false, size = 3, stride = 1, isDepthwise = false, rectifier: named = 'relu' }: NormalisedOptions = {},
): Layer {
  const { tf, kernels } = backend;
  const rectifier = named === 'none' ? undefined : named;
  const filter = isDepthwise
    ? table.filter(`${name}/filter`, [size, size, inputs, 1], size * size)
    : table.filter(`${name}/filter`, [size, size, inputs, outputs], size * size * inputs);
  const scale = table.channels(`${name}/scale`, outputs, 1);
  const offset = table.channels(`${name}/offset`, outputs, 0);
  const mean = table.channels(`${name}/mean`, outputs, 0, { isTrained: false });
  const variance = table.channels(`${name}/variance`, outputs, 1, { isTrained: false });
  // The running statistics are constants to a network that predicts: folded into the filter, they cost nothing.
  const fold = table.derive(() => {
    const factor = tf.mul(scale.read(), tf.rsqrt(tf.add(variance.read(), normalisationEpsilon)));
    // A depthwise filter's channels are not its last axis, but no other is behind them.
    const { shape } = filter();
    const channelsLast = isDepthwise ? tf.reshape(filter(), [size, size, outputs]) : filter();
    return { filter: tf.reshape(tf.mul(channelsLast, factor), shape), bias: tf.sub<Tensor1D>(offset.read(), tf.mul(mean.read(), factor)) };
  });
  return (x, { isTraining }) =>
    tf.tidy(() => {
      if (!isTraining) {
        const { filter: folded, bias } = fold();
        return convolveForward(backend, x, folded, { bias, rectifier, stride, isDepthwise });
      }
      const convolved = convolve(backend, x, filter(), { stride, isDepthwise, needsInputGradient: !isFirst });
      const running = { mean: mean.read(), variance: variance.read() };
      const onRunning = (statistics: BatchStatistics): void => {
        mean.assign(statistics.mean);
        variance.assign(statistics.variance);
      };
      const both = rectifier === 'relu' ? kernels.normaliseAndRectify : undefined;
      if (both !== undefined) return both(convolved, scale.read(), offset.read(), running, onRunning);
      const normalised = kernels.normaliseBatch(convolved, scale.read(), offset.read(), running, onRunning);
      return rectifier === undefined ? normalised : rectify(backend, normalised, rectifier);
    });
}

/** Two convolutions 3x3 with batch normalisation and rectifier, one after the other: a block of a U-Net. */
export function convolutionPair(
  backend: Backend,
  table: WeightTable,
  name: string,
  inputs: number,
  outputs: number,
  place: Place = {},
): Layer {
  const first = normalisedConvolution(backend, table, `${name}/first`, inputs, outputs, place);
  const second = normalisedConvolution(backend, table, `${name}/second`, outputs, outputs);
  return (x, mode) => second(first(x, mode), mode);
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
  return biasedLayer(backend, table, name, filter, outputs, { rectifier: 'relu', needsInputGradient: !isFirst });
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

/** Convolution 1x1 to one channel of logits; `upBy` 2: of four logits each, which become a square of pixels. */
export function logitHead(backend: Backend, table: WeightTable, inputs: number, { upBy }: Pick<ConvolutionOptions, 'upBy'> = {}): Layer {
  // A tenth of what He's rule gives: an untrained network should predict the prior, which is in the bias.
  const fanIn = 100 * inputs;
  const filter = upBy === 2 ? table.filter('head/filter', [2, 2, 1, inputs], fanIn) : table.filter('head/filter', [1, 1, inputs, 1], fanIn);
  return biasedLayer(backend, table, 'head', filter, 1, { upBy });
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
