import { describe, expect, test } from 'vitest';
import type { Tensor, Tensor4D } from '../../backend/tensorflow.ts';
import { openBackend } from '../../backend/open-backend.ts';
import { createRandom } from '../../random/create-random.ts';

const { tf } = await openBackend('wasm');
const random = createRandom('wasm');
const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

type Convolution = (x: Tensor4D, filter: Tensor4D) => Tensor4D;

/** Gradients of a weighted sum of the convolution's output by its input and its filter, on a backend. */
async function gradientsOn(
  backend: string,
  convolution: Convolution,
  x: Float32Array,
  filter: Float32Array,
  filterShape: [number, number, number, number],
) {
  await tf.setBackend(backend);
  const shape: [number, number, number, number] = [2, 7, 6, 3];
  return tf.tidy(() => {
    const gradients = tf.grads((a: Tensor, b: Tensor) => {
      const y = convolution(tf.reshape(a, shape), tf.reshape(b, filterShape));
      return tf.sum(tf.mul(y, tf.sin(tf.reshape(tf.range(0, y.size), y.shape))));
    })([tf.tensor4d(x, shape), tf.tensor4d(filter, filterShape)]);
    return gradients.map((gradient) => [...gradient.dataSync<'float32'>()]);
  });
}

const convolutions: readonly [string, [number, number, number, number], Convolution][] = [
  ['3x3, same', [3, 3, 3, 4], (x, filter) => tf.conv2d(x, filter, 1, 'same')],
  ['3x3, valid', [3, 3, 3, 4], (x, filter) => tf.conv2d(x, filter, 1, 'valid')],
  ['3x3, stride 2, same', [3, 3, 3, 4], (x, filter) => tf.conv2d(x, filter, 2, 'same')],
  ['2x2, stride 2, valid', [2, 2, 3, 4], (x, filter) => tf.conv2d(x, filter, 2, 'valid')],
  ['1x1', [1, 1, 3, 2], (x, filter) => tf.conv2d(x, filter, 1, 'same')],
  ['depthwise 3x3', [3, 3, 3, 1], (x, filter) => tf.depthwiseConv2d(x, filter, 1, 'same')],
  ['depthwise 5x5, stride 2', [5, 5, 3, 1], (x, filter) => tf.depthwiseConv2d(x, filter, 2, 'same')],
  ['transposed 2x2, stride 2', [2, 2, 4, 3], (x, filter) => tf.conv2dTranspose(x, filter, [2, 14, 12, 4], 2, 'same')],
  ['transposed 3x3, stride 2', [3, 3, 4, 3], (x, filter) => tf.conv2dTranspose(x, filter, [2, 14, 12, 4], 2, 'same')],
];

describe('gradients of convolutions on WASM are those of the plain JavaScript backend', () => {
  test.each(convolutions)('%s', async (_name, filterShape, convolution) => {
    const x = draw(2 * 7 * 6 * 3);
    const filter = draw(filterShape.reduce((product, side) => product * side, 1));
    const expected = await gradientsOn('cpu', convolution, x, filter, filterShape);
    const found = await gradientsOn('wasm', convolution, x, filter, filterShape);
    for (const [index, values] of expected.entries()) {
      expect(found[index]).toHaveLength(values.length);
      for (const [at, value] of values.entries()) expect(found[index]?.[at]).toBeCloseTo(value, 4);
    }
  });
});
