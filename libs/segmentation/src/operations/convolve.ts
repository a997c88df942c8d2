import type { Backend } from '../backend/backend.ts';
import type { Tensor, Tensor1D, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import type { Rectifier } from '../kernels/kernels.ts';
import { tensor4DOf } from '../kernels/tensor-of-rank.ts';
import { tensorAt, withGradient, type ForwardResult } from '../kernels/with-gradient.ts';

type Shape4D = [number, number, number, number];

export interface ConvolutionOptions {
  /** Added to the output. */
  readonly bias?: Tensor1D;
  /** Of the output. */
  readonly rectifier?: Rectifier | undefined;
  /** 2: a transposed convolution, which doubles the sides; its filter is [rows, columns, outputs, inputs]. */
  readonly upBy?: 2 | undefined;
  /** 2: every second row and column of the output. */
  readonly stride?: 1 | 2;
  /** Each channel has a filter of its own: [rows, columns, channels, 1]. */
  readonly isDepthwise?: boolean;
  /** False where nothing trained comes before: half of the backward pass is saved. */
  readonly needsInputGradient?: boolean;
}

/**
 * Convolution with padding `same`, bias and rectifier as one operation: the tape keeps its input and its output alone, each of which a neighbour keeps too.
 * @param x [batch, rows, columns, inputs]
 * @param filter [rows, columns, inputs, outputs]
 */
export function convolve(backend: Backend, x: Tensor4D, filter: Tensor4D, options: ConvolutionOptions = {}): Tensor4D {
  const { tf, kernels } = backend;
  const { bias, rectifier, needsInputGradient = true } = options;
  const inputs: Tensor[] = [filter, ...(bias === undefined ? [] : [bias]), ...(needsInputGradient ? [x] : [])];
  return withGradient(tf, inputs, (): ForwardResult => {
    const value = convolveForward(backend, x, filter, options);
    return {
      value,
      saved: [x, filter, ...(rectifier === undefined ? [] : [value])],
      gradient: (dyOfOutput, saved) => {
        const dy = rectifier === undefined ? dyOfOutput : kernels.rectifierGradient(dyOfOutput, tensorAt(saved, 2), rectifier);
        const [savedX, savedFilter] = [tensor4DOf(tensorAt(saved, 0)), tensor4DOf(tensorAt(saved, 1))];
        return [
          gradientByFilter(tf, savedX, dy, filter.shape, options),
          ...(bias === undefined ? [] : [kernels.biasGradient(dy)]),
          ...(needsInputGradient ? [gradientByInput(tf, dy, savedFilter, x.shape, options)] : []),
        ];
      },
    };
  });
}

/** The same without a gradient, for networks that predict and layers that are not trained. */
export function convolveForward({ tf, kernels }: Backend, x: Tensor4D, filter: Tensor4D, options: ConvolutionOptions): Tensor4D {
  const { bias, rectifier } = options;
  return tf.tidy(() => {
    const convolved = convolveOnly(tf, x, filter, options);
    const shifted = bias === undefined ? convolved : kernels.addBias(convolved, bias);
    return rectifier === undefined ? shifted : tf[rectifier](shifted);
  });
}

function convolveOnly(tf: TensorFlow, x: Tensor4D, filter: Tensor4D, { upBy, stride = 1, isDepthwise }: ConvolutionOptions): Tensor4D {
  const [batch, rows, columns] = x.shape;
  if (upBy === 2) return tf.conv2dTranspose(x, filter, [batch, 2 * rows, 2 * columns, filter.shape[2]], 2, 'same');
  return isDepthwise === true ? tf.depthwiseConv2d(x, filter, stride, 'same') : tf.conv2d(x, filter, stride, 'same');
}

function gradientByFilter(
  tf: TensorFlow,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  { upBy, stride = 1, isDepthwise }: ConvolutionOptions,
): Tensor {
  const attributes = (strides: number) => ({
    strides: [strides, strides],
    pad: 'same',
    dataFormat: 'NHWC',
    dilations: [1, 1],
    filterShape,
  });
  // A transposed convolution is the backward pass of one from its output to its input.
  if (upBy === 2) return tf.engine().runKernel<Tensor>('Conv2DBackpropFilter', { x: dy, dy: x }, attributes(2));
  const kernel = isDepthwise === true ? 'DepthwiseConv2dNativeBackpropFilter' : 'Conv2DBackpropFilter';
  return tf.engine().runKernel<Tensor>(kernel, { x, dy }, attributes(stride));
}

function gradientByInput(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  inputShape: Shape4D,
  { upBy, stride = 1, isDepthwise }: ConvolutionOptions,
): Tensor {
  if (upBy === 2) return tf.conv2d(dy, filter, 2, 'same');
  if (isDepthwise !== true) return tf.conv2dTranspose(dy, filter, inputShape, stride, 'same');
  const attributes = { strides: [stride, stride], pad: 'same', dilations: [1, 1], inputShape };
  return tf.engine().runKernel<Tensor>('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attributes);
}
