import type { KernelFunc } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionInfo, inputOf, shapeAttribute, type KernelCall } from './convolution-arguments.ts';
import { spreadGradient } from './spread-gradient.ts';

/** Conv2DBackpropInput (also the transposed convolution): the output's gradient, spread by the stride, convolved with the turned filter. */
export function convolutionInputGradient(tf: TensorFlow): KernelFunc {
  return (call: KernelCall) =>
    tf.tidy(() => {
      const dy = inputOf(tf, call, 'dy');
      const filter = inputOf(tf, call, 'filter');
      const info = convolutionInfo(tf, call, shapeAttribute(call, 'inputShape'), filter.shape);
      const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
      const padded = spreadGradient(tf, dy, filter.shape, info);
      return tf.conv2d(padded, turned, 1, 'valid');
    });
}
