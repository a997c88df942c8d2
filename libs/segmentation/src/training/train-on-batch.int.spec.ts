import { expect, test } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import { convolve } from '../operations/convolve.ts';
import type { Tensor, Tensor4D, Variable } from '../backend/tensorflow.ts';
import type { Network } from '../networks/network.ts';
import { createRandom } from '../random/create-random.ts';
import { trainOnBatch } from './train-on-batch.ts';

const backend = await openBackend();
const { tf } = backend;
const random = createRandom('parts of a batch');
const draw = (shape: [number, number, number, number]): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    shape,
  );

/** Two convolutions: every example is seen by itself. */
function twoLayers(): Network {
  const first = tf.variable(draw([3, 3, 1, 4]));
  const second = tf.variable(draw([3, 3, 4, 1]));
  const filterOf = (weight: Variable, inputs: number, outputs: number): Tensor4D => tf.reshape(weight, [3, 3, inputs, outputs]);
  return {
    name: 'vgg16-unet',
    input: 'unit',
    backend,
    weights: new Map([
      ['first', first],
      ['second', second],
    ]),
    trainable: [first, second],
    forward: (images) =>
      tf.tidy(() => convolve(backend, convolve(backend, images, filterOf(first, 1, 4), { rectifier: 'relu' }), filterOf(second, 4, 1))),
    dispose: () => {
      tf.dispose([first, second]);
    },
  };
}

test('gradients of parts of a batch add up to those of the whole', async () => {
  const network = twoLayers();
  const images = draw([5, 64, 64, 1]);
  const batch = { images, truth: tf.tidy(() => tf.cast<Tensor4D>(tf.greater(images, 1), 'float32')) };
  const step = async (examplesAtOnce: number | undefined) => {
    const held = tf.memory().numTensors;
    let gradients: readonly number[] = [];
    const keep = {
      apply: (grads: Readonly<Record<string, Tensor>>) =>
        void (gradients = Object.values(grads).flatMap((one) => [...one.dataSync<'float32'>()])),
    };
    const loss = await trainOnBatch(network, keep, batch, { loss: 'bce', learningRate: 0.1, seed: 1, examplesAtOnce });
    expect(tf.memory().numTensors).toBe(held);
    return [loss, ...gradients];
  };
  const whole = await step(undefined);
  expect(whole.length).toBe(1 + 36 + 36);
  for (const examplesAtOnce of [1, 2, 5]) {
    const parts = await step(examplesAtOnce);
    for (const [at, value] of parts.entries()) expect(value).toBeCloseTo(whole[at] ?? Number.NaN, 5);
  }
  network.dispose();
  tf.dispose([batch.images, batch.truth]);
});
