import type { backend_util as backendUtil } from '@tensorflow/tfjs';
import type { Tensor4D, TensorFlow } from '../../backend/tensorflow.ts';
import type { Shape4D } from './convolution-arguments.ts';

/** The gradient of a convolution's output with zeros between its pixels, for the stride, and around them: convolved with the turned filter, without padding, it is the gradient of the input. */
export function spreadGradient(tf: TensorFlow, dy: Tensor4D, [filterRows, filterColumns]: Shape4D, info: backendUtil.Conv2DInfo): Tensor4D {
  const spread = spreadPixels(tf, dy, info.strideHeight, info.strideWidth);
  const [batch, rows, columns, channels] = spread.shape;
  const top = filterRows - 1 - info.padInfo.top;
  const left = filterColumns - 1 - info.padInfo.left;
  const bottom = info.inHeight + filterRows - 1 - top - rows;
  const right = info.inWidth + filterColumns - 1 - left - columns;
  const kept = tf.slice(spread, [0, 0, 0, 0], [batch, rows + Math.min(0, bottom), columns + Math.min(0, right), channels]);
  return tf.pad(kept, [
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ]);
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
