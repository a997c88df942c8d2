import type { backend_util as backendUtil } from '@tensorflow/tfjs';
import type { Tensor4D, TensorFlow } from '../../backend/tensorflow.ts';
import type { Shape4D } from './convolution-arguments.ts';

/** The input of a convolution with the zeros around it that the filter's taps see. */
export function padInput(tf: TensorFlow, x: Tensor4D, [filterRows, filterColumns]: Shape4D, info: backendUtil.Conv2DInfo): Tensor4D {
  const { outHeight, outWidth, strideHeight, strideWidth, padInfo, inHeight, inWidth } = info;
  return tf.pad(x, [
    [0, 0],
    [padInfo.top, Math.max(0, (outHeight - 1) * strideHeight + filterRows - padInfo.top - inHeight)],
    [padInfo.left, Math.max(0, (outWidth - 1) * strideWidth + filterColumns - padInfo.left - inWidth)],
    [0, 0],
  ]);
}
