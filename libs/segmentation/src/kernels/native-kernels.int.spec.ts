import { describe, expect, test } from 'vitest';
import type { Backend } from '../backend/backend.ts';
import type { Tensor, Tensor1D, Tensor4D } from '../backend/tensorflow.ts';
import { openBackend } from '../backend/open-backend.ts';
import { createRandom } from '../random/create-random.ts';
import { rectify } from '../operations/rectify.ts';
import { composedKernels } from './composed-kernels.ts';
import { normalisationEpsilon, runningShare, type BatchStatistics, type Kernels } from './kernels.ts';

const backend = await openBackend();
const { tf } = backend;
const composed: Backend['kernels'] = composedKernels(tf);
const shape: [number, number, number, number] = [3, 5, 4, 6];
const random = createRandom('kernels');
const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
const x = tf.tensor4d(draw(3 * 5 * 4 * 6), shape);
const scale = tf.tensor1d(draw(6));
const offset = tf.tensor1d(draw(6));
const running: BatchStatistics = { mean: tf.fill([6], 3), variance: tf.fill([6], 2) };
/** Makes the gradient of each output pixel another one. */
const weighting = tf.tensor4d(draw(3 * 5 * 4 * 6), shape);

/** The output and the gradients of its weighted sum, as plain numbers. */
function outcomeOf(operation: (...inputs: [Tensor4D, Tensor1D, Tensor1D]) => Tensor4D, inputs: [Tensor4D, Tensor1D, Tensor1D]): number[][] {
  const read = (tensor: Tensor): number[] => [...tensor.dataSync<'float32'>()];
  return tf.tidy(() => {
    const gradients = tf.grads((...given) => {
      const [a = x, b = scale, c = offset] = given;
      return tf.sum(tf.mul(operation(tf.reshape(a, shape), tf.reshape(b, [6]), tf.reshape(c, [6])), weighting));
    })(inputs);
    return [operation(...inputs), ...gradients].map(read);
  });
}

function expectClose(found: number[][], expected: number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [index, values] of expected.entries()) {
    for (const [at, value] of values.entries()) expect(found[index]?.[at]).toBeCloseTo(value, 4);
  }
}

// On a machine without the native library this compares the composed kernels with themselves.
describe(`kernels of ${backend.name} give the values and gradients of the composed ones`, () => {
  test('batch normalisation', () => {
    const by = (kernels: Kernels) => outcomeOf((a, b, c) => kernels.normaliseBatch(a, b, c, running, () => undefined), [x, scale, offset]);
    expectClose(by(backend.kernels), by(composed));
  });

  test('batch normalisation and rectifier in one', () => {
    const ofBoth = backend.name === 'native-cpu' ? backend.kernels.normaliseAndRectify : undefined;
    const inTwo = (a: Tensor4D, b: Tensor1D, c: Tensor1D): Tensor4D =>
      rectify(
        { ...backend, kernels: composed },
        composed.normaliseBatch(a, b, c, running, () => undefined),
      );
    expectClose(
      outcomeOf((a, b, c) => ofBoth?.(a, b, c, running, () => undefined) ?? inTwo(a, b, c), [x, scale, offset]),
      outcomeOf(inTwo, [x, scale, offset]),
    );
    expect(ofBoth !== undefined).toBe(backend.name === 'native-cpu' && process.arch === 'x64');
  });

  test('running statistics move to those that the values of the batch have', () => {
    const statisticsBy = (kernels: Kernels): number[][] => {
      const found: number[][] = [];
      const keep = ({ mean, variance }: BatchStatistics): void => void found.push([...mean.dataSync()], [...variance.dataSync()]);
      tf.tidy(() => kernels.normaliseBatch(x, scale, offset, running, keep));
      return found;
    };
    expectClose(statisticsBy(backend.kernels), statisticsBy(composed));
    const values = [...x.dataSync()].filter((_, at) => at % 6 === 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    const [means = [], variances = []] = statisticsBy(backend.kernels);
    expect(means[0]).toBeCloseTo(runningShare * 3 + (1 - runningShare) * mean, 4);
    expect(variances[0]).toBeCloseTo(runningShare * 2 + (1 - runningShare) * variance, 4);
    expect(normalisationEpsilon).toBeLessThan(variance);
  });

  test('batch normalisation, as gradients of the formula itself have it', () => {
    const formula = (a: Tensor4D, b: Tensor1D, c: Tensor1D): Tensor4D => {
      const { mean, variance } = tf.moments(a, [0, 1, 2]);
      return tf.add(tf.mul(tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, normalisationEpsilon))), b), c);
    };
    expectClose(
      outcomeOf((a, b, c) => backend.kernels.normaliseBatch(a, b, c, running, () => undefined), [x, scale, offset]),
      outcomeOf(formula, [x, scale, offset]),
    );
  });

  test('bias and rectifier', () => {
    const by = (kernels: Kernels): number[][] =>
      tf.tidy(() =>
        [
          kernels.addBias(x, offset),
          kernels.biasGradient(x),
          kernels.rectifierGradient(weighting, tf.relu(x), 'relu'),
          kernels.rectifierGradient(weighting, tf.relu6(tf.mul(x, 5)), 'relu6'),
        ].map((y) => [...y.dataSync()]),
      );
    expectClose(by(backend.kernels), by(composed));
  });

  test('resampling takes each pixel from where the matrix says, and 0 from outside', () => {
    const image = tf.tensor4d(
      Float32Array.from({ length: 16 }, (_, at) => at + 1),
      [1, 4, 4, 1],
    );
    const by = (matrix: number[]): number[] =>
      tf.tidy(() => [...backend.kernels.transformImages(image, tf.tensor2d([matrix]), 3).dataSync()]);
    // One pixel to the right and down.
    expect(by([1, 0, 1, 0, 1, 1, 0, 0])).toEqual([6, 7, 8, 10, 11, 12, 14, 15, 16]);
    // Mirrored, half a pixel between two.
    expect(by([-1, 0, 2.5, 0, 1, 0, 0, 0])).toEqual([3.5, 2.5, 1.5, 7.5, 6.5, 5.5, 11.5, 10.5, 9.5]);
    expect(by([1, 0, 2, 0, 1, 3, 0, 0])).toEqual([15, 16, 0, 0, 0, 0, 0, 0, 0]);
  });
});
