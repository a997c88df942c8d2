import type { KernelFunc } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionInfo, inputOf, shapeAttribute, type KernelCall } from './convolution-arguments.ts';
import { spreadGradient } from './spread-gradient.ts';

/** DepthwiseConv2dNativeBackpropInput: the output's gradient, spread by the stride, convolved with the turned filter of each channel. */
export function depthwiseInputGradient(tf: TensorFlow): KernelFunc {
  return (call: KernelCall) =>
    tf.tidy(() => {
      const dy = inputOf(tf, call, 'dy');
      const filter = inputOf(tf, call, 'filter');
      const info = convolutionInfo(tf, call, shapeAttribute(call, 'inputShape'), filter.shape);
      return tf.depthwiseConv2d(spreadGradient(tf, dy, filter.shape, info), tf.reverse(filter, [0, 1]), 1, 'valid');
    });
}
