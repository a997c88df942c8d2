import type { KernelFunc, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../backend/tensorflow.ts';
import { convolutionInfo, inputOf, shapeAttribute, type KernelCall } from './convolution-arguments.ts';
import { padInput } from './pad-input.ts';

/** Conv2DBackpropFilter: one matrix product for each tap of the filter, of the input shifted by the tap with the output's gradient. */
export function convolutionFilterGradient(tf: TensorFlow): KernelFunc {
  return (call: KernelCall) =>
    tf.tidy(() => {
      const x = inputOf(tf, call, 'x');
      const dy = inputOf(tf, call, 'dy');
      const filterShape = shapeAttribute(call, 'filterShape');
      const [filterRows, filterColumns, inputs, outputs] = filterShape;
      const info = convolutionInfo(tf, call, x.shape, filterShape);
      const { batchSize, outHeight, outWidth, strideHeight, strideWidth } = info;
      const padded = padInput(tf, x, filterShape, info);
      const channelsFirst = tf.transpose(padded, [3, 0, 1, 2]);
      const pixels = batchSize * outHeight * outWidth;
      const gradient = tf.reshape(dy, [pixels, outputs]);
      const taps: Tensor[] = [];
      for (let row = 0; row < filterRows; row += 1) {
        for (let column = 0; column < filterColumns; column += 1) {
          const tap = tf.tidy(() => {
            const end = [inputs, batchSize, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1];
            // A plain slice is several times as fast as one with steps.
            const seen =
              strideHeight === 1 && strideWidth === 1
                ? tf.slice(channelsFirst, [0, 0, row, column], [inputs, batchSize, outHeight, outWidth])
                : tf.stridedSlice(channelsFirst, [0, 0, row, column], end, [1, 1, strideHeight, strideWidth]);
            return tf.matMul(tf.reshape(seen, [inputs, pixels]), gradient);
          });
          taps.push(tap);
        }
      }
      return tf.reshape(tf.concat(taps, 0), filterShape);
    });
}
