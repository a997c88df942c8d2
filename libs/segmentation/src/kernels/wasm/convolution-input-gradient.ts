import type { KernelFunc } from '@tensorflow/tfjs';
import type { Tensor4D, TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionInfo, inputOf, shapeAttribute, type KernelCall } from './convolution-arguments.ts';

/** Conv2DBackpropInput (also the transposed convolution): the output's gradient, spread by the stride, convolved with the turned filter. */
export function convolutionInputGradient(tf: TensorFlow): KernelFunc {
  return (call: KernelCall) =>
    tf.tidy(() => {
      const dy = inputOf(tf, call, 'dy');
      const filter = inputOf(tf, call, 'filter');
      const [filterRows, filterColumns] = filter.shape;
      const info = convolutionInfo(tf, call, shapeAttribute(call, 'inputShape'), filter.shape);
      const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
      const spread = spreadPixels(tf, dy, info.strideHeight, info.strideWidth);
      const [batch, rows, columns, channels] = spread.shape;
      const top = filterRows - 1 - info.padInfo.top;
      const left = filterColumns - 1 - info.padInfo.left;
      const bottom = info.inHeight + filterRows - 1 - top - rows;
      const right = info.inWidth + filterColumns - 1 - left - columns;
      const kept = tf.slice(spread, [0, 0, 0, 0], [batch, rows + Math.min(0, bottom), columns + Math.min(0, right), channels]);
      const padded = tf.pad(kept, [
        [0, 0],
        [top, Math.max(0, bottom)],
        [left, Math.max(0, right)],
        [0, 0],
      ]);
      return tf.conv2d(padded, turned, 1, 'valid');
    });
}

/** Puts zeros between the pixels: stride - 1 below and to the right of each. */
function spreadPixels(tf: TensorFlow, x: Tensor4D, down: number, across: number): Tensor4D {
  if (down === 1 && across === 1) return x;
  const [batch, rows, columns, channels] = x.shape;
  const downwards = tf.pad(tf.reshape(x, [batch * rows, 1, columns * channels]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
  ]);
  const both = tf.pad(tf.reshape(downwards, [batch * rows * down * columns, 1, channels]), [
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  return tf.reshape(both, [batch, rows * down, columns * across, channels]);
}
