import type { KernelFunc } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionInfo, inputOf, shapeAttribute, type KernelCall } from './convolution-arguments.ts';
import { padInput } from './pad-input.ts';

/** DepthwiseConv2dNativeBackpropFilter: for each tap of the filter the sum over all pixels of the input, shifted by the tap, times the output's gradient. */
export function depthwiseFilterGradient(tf: TensorFlow): KernelFunc {
  return (call: KernelCall) =>
    tf.tidy(() => {
      const x = inputOf(tf, call, 'x');
      const dy = inputOf(tf, call, 'dy');
      const filterShape = shapeAttribute(call, 'filterShape');
      const [filterRows, filterColumns, channels] = filterShape;
      const info = convolutionInfo(tf, call, x.shape, filterShape);
      const { batchSize, outHeight, outWidth, strideHeight, strideWidth } = info;
      const padded = padInput(tf, x, filterShape, info);
      const taps = Array.from({ length: filterRows * filterColumns }, (_, tap) =>
        tf.tidy(() => {
          const [row, column] = [Math.floor(tap / filterColumns), tap % filterColumns];
          const end = [batchSize, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1, channels];
          const seen =
            strideHeight === 1 && strideWidth === 1
              ? tf.slice(padded, [0, row, column, 0], [batchSize, outHeight, outWidth, channels])
              : tf.stridedSlice(padded, [0, row, column, 0], end, [1, strideHeight, strideWidth, 1]);
          return tf.sum(tf.mul(seen, dy), [0, 1, 2]);
        }),
      );
      return tf.reshape(tf.stack(taps), filterShape);
    });
}
