import { describe, expect, test } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import type { Tensor, Tensor1D, Tensor4D } from '../backend/tensorflow.ts';
import { withoutGradient } from '../kernels/with-gradient.ts';
import { createRandom } from '../random/create-random.ts';
import { addResidual } from './add-residual.ts';
import { convolve } from './convolve.ts';
import { dropOut } from './drop-out.ts';
import { joinChannels } from './join-channels.ts';
import { rectify } from './rectify.ts';

const backend = await openBackend();
const { tf } = backend;
const random = createRandom('operations');
type Shape = [number, number, number, number];
const draw = (shape: Shape): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    shape,
  );

const imageShape: Shape = [2, 6, 8, 3];
const image = draw(imageShape);
const filter = draw([3, 3, 3, 5]);
const upFilter = draw([3, 3, 5, 3]);
const bias = tf.tensor1d([0.1, -0.2, 0.3, 0, 0.5]);

/** The output and the gradients of its weighted sum by the inputs, each used twice, as plain numbers. */
function outcomeOf(operation: (x: Tensor4D, filter: Tensor4D, bias: Tensor1D) => Tensor4D, taken: Tensor4D): number[][] {
  const read = (tensor: Tensor): number[] => [...tensor.dataSync<'float32'>()];
  return tf.tidy(() => {
    const gradients = tf.grads((...given) => {
      const [a = image, b = taken, c = bias] = given;
      const y = operation(tf.mul(tf.reshape(a, imageShape), 1.5), tf.reshape(b, taken.shape), tf.reshape(c, [5]));
      return tf.add(tf.sum(tf.mul(y, tf.sin(tf.reshape(tf.range(0, y.size), y.shape)))), tf.mean(tf.square(y)));
    })([image, taken, bias]);
    return [operation(image, taken, bias), ...gradients].map(read);
  });
}

function expectClose(found: number[][], expected: number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  for (const [index, values] of expected.entries()) {
    for (const [at, value] of values.entries()) expect(found[index]?.[at]).toBeCloseTo(value, 3);
  }
}

describe("operations have the values and gradients that TensorFlow.js' own have", () => {
  test('convolution, bias, rectifier', () => {
    expectClose(
      outcomeOf((x, f, b) => convolve(backend, x, f, { bias: b, rectifier: 'relu' }), filter),
      outcomeOf((x, f, b) => tf.relu(tf.add(tf.conv2d(x, f, 1, 'same'), b)), filter),
    );
  });

  test('transposed convolution with bias, of odd filters too', () => {
    expectClose(
      outcomeOf((x, f, b) => convolve(backend, x, f, { bias: b, upBy: 2 }), upFilter),
      outcomeOf((x, f, b) => tf.add(tf.conv2dTranspose(x, f, [2, 12, 16, 5], 2, 'same'), b), upFilter),
    );
  });

  test.each([1, 2] as const)('depthwise convolution with bias, stride %s, rectified to 6 at most', (stride) => {
    const depthwise = draw([5, 5, 3, 1]);
    const first = (b: Tensor1D): Tensor1D => tf.slice(b, 0, 3);
    expectClose(
      outcomeOf((x, f, b) => convolve(backend, x, f, { bias: first(b), isDepthwise: true, stride, rectifier: 'relu6' }), depthwise),
      outcomeOf((x, f, b) => tf.relu6(tf.add(tf.depthwiseConv2d(x, f, stride, 'same'), first(b))), depthwise),
    );
  });

  test('what went in, added to what a rectifier to 6 at most made of it', () => {
    const square = draw([1, 1, 3, 3]);
    const unused = (b: Tensor1D): Tensor => tf.mul(tf.sum(b), 0);
    expectClose(
      outcomeOf((x, f, b) => tf.add(addResidual(backend, x, rectify(backend, convolve(backend, x, f), 'relu6')), unused(b)), square),
      outcomeOf((x, f, b) => tf.add(tf.add(x, tf.relu6(tf.conv2d(x, f, 1, 'same'))), unused(b)), square),
    );
  });

  test('convolution with stride 2', () => {
    expectClose(
      outcomeOf((x, f, b) => convolve(backend, x, f, { bias: b, stride: 2 }), filter),
      outcomeOf((x, f, b) => tf.add(tf.conv2d(x, f, 2, 'same'), b), filter),
    );
  });

  test('largest of four, joined channels, rectifier', () => {
    expectClose(
      outcomeOf((x, f, b) => {
        const y = convolve(backend, x, f, { bias: b });
        return joinChannels(backend, [backend.kernels.poolLargest(y), rectify(backend, backend.kernels.poolLargest(y))]);
      }, filter),
      outcomeOf((x, f, b) => {
        const y = tf.add<Tensor4D>(tf.conv2d(x, f, 1, 'same'), b);
        return tf.concat([tf.maxPool(y, 2, 2, 'valid'), tf.relu(tf.maxPool(y, 2, 2, 'valid'))], 3);
      }, filter),
    );
  });

  test('without a gradient by the input the others are the same', () => {
    const without = outcomeOf(
      (x, f, b) => tf.add(convolve(backend, x, f, { bias: b, needsInputGradient: false }), tf.mul(tf.sum(x), 0)),
      filter,
    );
    const [, byInput, ...others] = outcomeOf((x, f, b) => convolve(backend, x, f, { bias: b }), filter);
    expectClose(without.slice(2), others);
    expect(without[1]).toHaveLength(byInput?.length ?? 0);
    expect(new Set(without[1])).toEqual(new Set([0]));
  });

  test('dropout zeroes its share, scales the rest, and passes the gradient the same way', () => {
    const ones = tf.ones([1, 64, 64, 8]);
    const dropped = (seed: number): number[] => [
      ...tf.tidy(() => dropOut(backend, tf.reshape(ones, [1, 64, 64, 8]), 0.5, seed)).dataSync(),
    ];
    expect(new Set(dropped(1))).toEqual(new Set([0, 2]));
    expect(dropped(1).filter((value) => value === 0).length / (64 * 64 * 8)).toBeCloseTo(0.5, 1);
    expect(dropped(1)).toEqual(dropped(1));
    expect(dropped(1)).not.toEqual(dropped(2));
    const unused = (f: Tensor, b: Tensor): Tensor => tf.mul(tf.add(tf.sum(f), tf.sum(b)), 0);
    const [value, gradient] = outcomeOf((x, f, b) => tf.add(dropOut(backend, x, 0.5, 7), unused(f, b)), filter);
    expect(gradient?.map((one) => one !== 0)).toEqual(value?.map((one) => one !== 0));
  });
});

test('a backward pass holds the gradients of two neighbours at a time, not of all layers, and leaves nothing', () => {
  const layers = 12;
  const wide = draw([1, 64, 64, 8]);
  const square = draw([3, 3, 8, 8]);
  const bytesOf = (operation: (x: Tensor4D, f: Tensor4D) => Tensor4D): number => {
    const before = tf.memory().numTensors;
    const startBytes = tf.memory().numBytes;
    let mostBytes = 0;
    const gradient = tf.grad((f: Tensor) => {
      let x = tf.mul<Tensor4D>(wide, 0.1);
      for (let layer = 0; layer < layers; layer += 1) {
        x = tf.customGrad<Tensor4D>((y) => ({
          value: tf.mul(y instanceof tf.Tensor ? y : wide, 0.1),
          gradFunc: (dy) => {
            mostBytes = Math.max(mostBytes, tf.memory().numBytes - startBytes);
            return [tf.mul(dy, 0.1)];
          },
        }))(operation(x, tf.reshape(f, square.shape)));
      }
      return tf.mean(x);
    })(square);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(before);
    return mostBytes;
  };
  const ours = bytesOf((x, f) => convolve(backend, x, f, { rectifier: 'relu' }));
  const theirs = bytesOf((x, f) => tf.relu(tf.conv2d(x, f, 1, 'same')));
  expect(ours).toBeLessThan(0.7 * theirs);
});

test('what is not trained leaves nothing on the tape, and says so when it is asked for a gradient', () => {
  const frozen = (x: Tensor4D): Tensor4D => withoutGradient(tf, x, () => tf.square(x));
  const held = tf.memory().numTensors;
  const gradient = tf.grad((f: Tensor) => tf.sum(convolve(backend, frozen(image), tf.reshape(f, filter.shape))))(filter);
  expect(gradient.shape).toEqual(filter.shape);
  gradient.dispose();
  expect(tf.memory().numTensors).toBe(held);
  expect(() => tf.grad((x: Tensor) => tf.sum(frozen(tf.reshape(x, imageShape))))(image)).toThrow(
    /gradient is asked for of what is not trained/,
  );
});
