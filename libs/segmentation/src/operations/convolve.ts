import type { Backend } from '../backend/backend.ts';
import type { Tensor, Tensor1D, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';
import { tensorAt, withGradient, type ForwardResult } from '../kernels/with-gradient.ts';

type Shape4D = [number, number, number, number];

export interface ConvolutionOptions {
  /** Added to the output. */
  readonly bias?: Tensor1D;
  /** max(0, .) of the output. */
  readonly isRectified?: boolean;
  /** 2: a transposed convolution, which doubles the sides; its filter is [rows, columns, outputs, inputs]. */
  readonly upBy?: 2;
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
  const { bias, isRectified = false, upBy, needsInputGradient = true } = options;
  const inputs: Tensor[] = [filter, ...(bias === undefined ? [] : [bias]), ...(needsInputGradient ? [x] : [])];
  return withGradient(tf, inputs, (): ForwardResult => {
    const value = convolveForward(backend, x, filter, options);
    return {
      value,
      saved: [x, filter, ...(isRectified ? [value] : [])],
      gradient: (dyOfOutput, saved) => {
        const dy = isRectified ? kernels.rectifierGradient(dyOfOutput, tensorAt(saved, 2)) : dyOfOutput;
        const [savedX, savedFilter] = [asRank4(tf, tensorAt(saved, 0)), asRank4(tf, tensorAt(saved, 1))];
        const biasGradients = bias === undefined ? [] : [kernels.biasGradient(dy)];
        if (upBy === 2) {
          const filterGradient = gradientOfFilter(tf, dy, savedX, filter.shape, 2);
          return [filterGradient, ...biasGradients, ...(needsInputGradient ? [tf.conv2d(dy, savedFilter, 2, 'same')] : [])];
        }
        const filterGradient = gradientOfFilter(tf, savedX, dy, filter.shape, 1);
        const inputGradients = needsInputGradient ? [tf.conv2dTranspose(dy, savedFilter, x.shape, 1, 'same')] : [];
        return [filterGradient, ...biasGradients, ...inputGradients];
      },
    };
  });
}

/** The same without a gradient, for networks that predict and layers that are not trained. */
export function convolveForward(
  { tf, kernels }: Backend,
  x: Tensor4D,
  filter: Tensor4D,
  { bias, isRectified = false, upBy }: ConvolutionOptions,
): Tensor4D {
  return tf.tidy(() => {
    const [batch, rows, columns] = x.shape;
    const convolved =
      upBy === 2
        ? tf.conv2dTranspose(x, filter, [batch, 2 * rows, 2 * columns, filter.shape[2]], 2, 'same')
        : tf.conv2d(x, filter, 1, 'same');
    const shifted = bias === undefined ? convolved : kernels.addBias(convolved, bias);
    return isRectified ? tf.relu(shifted) : shifted;
  });
}

function gradientOfFilter(tf: TensorFlow, x: Tensor4D, dy: Tensor4D, filterShape: Shape4D, strides: number): Tensor {
  return tf
    .engine()
    .runKernel<Tensor>('Conv2DBackpropFilter', { x, dy }, { strides: [strides, strides], pad: 'same', dataFormat: 'NHWC', filterShape });
}

function asRank4(tf: TensorFlow, x: Tensor): Tensor4D {
  const [a = 0, b = 0, c = 0, d = 0] = x.shape;
  return tf.reshape(x, [a, b, c, d]);
}
