import type { Tensor, Tensor1D, TensorFlow, Tensor4D } from '../backend/tensorflow.ts';
import { normalisationEpsilon, runningShare, type Kernels } from './kernels.ts';
import { tensorAt, withGradient } from './with-gradient.ts';

const pixelAxes = [0, 1, 2];

/** Kernels made of TensorFlow.js's own operations, for every backend. */
export function composedKernels(tf: TensorFlow): Kernels {
  const sumOverPixels = (x: Tensor4D): Tensor1D => tf.sum(x, pixelAxes);
  return {
    normaliseBatch: (x, scale, offset, running, onRunning) =>
      withGradient(tf, [x, scale, offset], () => {
        const values = x.size / scale.size;
        const mean = tf.mean<Tensor1D>(x, pixelAxes);
        const centred = tf.sub<Tensor4D>(x, mean);
        const variance = tf.div<Tensor1D>(sumOverPixels(tf.square(centred)), values);
        const follow = (old: Tensor1D, batch: Tensor1D, share: number): Tensor1D => tf.add(tf.mul(old, runningShare), tf.mul(batch, share));
        onRunning({
          mean: follow(running.mean, mean, 1 - runningShare),
          variance: follow(running.variance, variance, ((1 - runningShare) * values) / Math.max(1, values - 1)),
        });
        const inverse = tf.rsqrt(tf.add(variance, normalisationEpsilon));
        return {
          value: tf.add<Tensor4D>(tf.mul(centred, tf.mul(inverse, scale)), offset),
          saved: [x, scale, mean, inverse],
          // Ioffe and Szegedy, 2015: the batch's statistics depend on every pixel of it.
          gradient: (dy, [savedX, ...saved]) => {
            const [savedScale, savedMean, savedInverse] = [tensorAt(saved, 0), tensorAt(saved, 1), tensorAt(saved, 2)];
            const normalised = tf.mul<Tensor4D>(tf.sub(savedX ?? x, savedMean), savedInverse);
            const offsetGradient = sumOverPixels(dy);
            const scaleGradient = sumOverPixels(tf.mul(dy, normalised));
            const common = tf.div(tf.add(offsetGradient, tf.mul(normalised, scaleGradient)), values);
            return [tf.mul(tf.sub(dy, common), tf.mul(savedInverse, savedScale)), scaleGradient, offsetGradient];
          },
        };
      }),
    normaliseAndRectify: undefined,
    addBias: (x, bias) => tf.add<Tensor4D>(x, bias),
    biasGradient: sumOverPixels,
    rectifierGradient: (dy, y, rectifier) => {
      const passed = tf.mul<Tensor4D>(dy, tf.step(y));
      return rectifier === 'relu' ? passed : tf.mul(passed, tf.step(tf.sub(6, y)));
    },
    poolLargest: (x) =>
      withGradient(tf, [x], () => {
        const value = tf.maxPool(x, 2, 2, 'valid');
        return {
          value,
          saved: [x, value],
          gradient: (dy, saved) => {
            const inputs = { dy, input: tensorAt(saved, 0), output: tensorAt(saved, 1) };
            return [tf.engine().runKernel<Tensor>('MaxPoolGrad', inputs, { filterSize: [2, 2], strides: [2, 2], pad: 'valid' })];
          },
        };
      }),
    drawUniform: (shape, seed) => tf.randomUniform([...shape], 0, 1, 'float32', seed),
    transformImages: (images, matrices, sidePx) => tf.image.transform(images, matrices, 'bilinear', 'constant', 0, [sidePx, sidePx]),
  };
}
