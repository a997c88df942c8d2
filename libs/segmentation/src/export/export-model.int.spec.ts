import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import { createNetwork } from '../networks/create-network.ts';
import { inference, networkNames, type NetworkName } from '../networks/network.ts';
import { createRandom } from '../random/create-random.ts';
import { serializeWeights } from '../weights/model-file.ts';
import { readWeights } from '../weights/read-weights.ts';
import { exportModel } from './export-model.ts';

const backend = await openBackend();
const { tf } = backend;
/** The least that the networks take: forty million weights take their time. */
const side = 32;

/** A network whose statistics and biases are not those of a fresh one, its file, two images and what it says of them. */
async function sample(name: NetworkName) {
  const random = createRandom('export', name);
  const fresh = createNetwork(backend, name, { seed: 3 });
  const drawn = await readWeights(fresh);
  fresh.dispose();
  const weights = new Map(
    [...drawn].map(([weight, { shape, values }]) => {
      if (weight.endsWith('filter')) return [weight, { shape, values }] as const;
      const isVariance = weight.endsWith('variance');
      return [
        weight,
        { shape, values: values.map((value) => (isVariance ? 0.5 + random.uniform() : value + 0.2 * random.normal())) },
      ] as const;
    }),
  );
  const images = Float32Array.from({ length: 2 * side * side }, () => random.uniform());
  const network = createNetwork(backend, name, { arrays: weights });
  const expected = tf.tidy(() => tf.sigmoid(network.forward(tf.tensor4d(images, [2, side, side, 1]), inference))).dataSync();
  network.dispose();
  const looks = { flips: 'across', sizes: [1] } as const;
  return { file: serializeWeights({ network: name, imageSize: side, threshold: 0.25, looks, weights }), images, expected };
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  let [largest, least, most] = [0, 1, 0];
  for (let at = 0; at < expected.length; at += 1) {
    const value = expected[at] ?? Number.NaN;
    largest = Math.max(largest, Math.abs((found[at] ?? Number.NaN) - value));
    [least, most] = [Math.min(least, value), Math.max(most, value)];
  }
  expect(largest).toBeLessThan(1e-5);
  // A network that says the same of every pixel would be equal whatever its filters are.
  expect(most - least).toBeGreaterThan(0.05);
}

describe.each(networkNames)('%s', (name) => {
  test('gives the same probabilities in ONNX Runtime and as a LayersModel', async () => {
    const before = tf.memory().numTensors;
    const { file, images, expected } = await sample(name);

    const { 'model.onnx': onnx } = await exportModel(file, 'onnx');
    const session = await InferenceSession.create(onnx ?? new Uint8Array());
    const answer = await session.run({ images: new OnnxTensor('float32', images, [2, side, side, 1]) });
    expect(answer['probabilities']?.dims).toEqual([2, side, side, 1]);
    expectClose(answer['probabilities']?.data as Float32Array, expected);
    await session.release();

    const files = await exportModel(file, 'layers');
    expect(tf.getBackend()).toBe(backend.name === 'wasm' ? 'wasm' : 'tensorflow');
    const { weightsManifest, ...json } = JSON.parse(Buffer.from(files['model.json'] ?? []).toString()) as {
      modelTopology: object;
      userDefinedMetadata: object;
      weightsManifest: [{ weights: [] }];
    };
    const weightData = Uint8Array.from(files['weights.bin'] ?? []).buffer;
    const layers = await tf.loadLayersModel(tf.io.fromMemory({ ...json, weightSpecs: weightsManifest[0].weights, weightData }));
    expect(json.userDefinedMetadata).toMatchObject({ network: name, threshold: '0.25', looks: '{"flips":"across","sizes":[1]}' });
    const predicted = layers.predict(tf.tensor4d(images, [2, side, side, 1]));
    expectClose(Array.isArray(predicted) ? [] : predicted.dataSync(), expected);
    layers.dispose();
    tf.disposeVariables();
    expect(tf.memory().numTensors - before).toBeLessThan(5);
  });
});

test('what is no model is refused', async () => {
  await expect(exportModel(Buffer.from('x'), 'onnx')).rejects.toMatchObject({ kind: 'invalid' });
});
