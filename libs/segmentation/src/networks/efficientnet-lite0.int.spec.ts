import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import { parseEncoderWeights } from '../weights/parse-encoder-weights.ts';
import { efficientNetLite0, lite0EncoderWeights } from './efficientnet-lite0.ts';
import { inference } from './network.ts';
import { createWeightTable } from './weight-table.ts';

const backend = await openBackend();
const { tf } = backend;
const file = new URL('../../../../.cache/encoder-weights/efficientnet-lite0.safetensors', import.meta.url);

/** Of what it gives of the image below: mean, standard deviation and the first three channels of the last pixel (efficientnet_lite_pytorch 0.1.0, PyTorch 2.15). */
const published = [
  [-0.0066, 7.9731, -10.2226, 13.5145, 2.9202],
  [-0.6877, 12.598, -2.4155, 11.4932, 8.3302],
  [1.7179, 9.9362, 12.8969, -16.8247, -1.5188],
  [0.0297, 7.7734, 0.9624, 4.0777, -12.1107],
  [-0.0866, 3.2835, -0.9409, 2.9638, -3.5056],
];

describe('EfficientNet-Lite0', () => {
  test('gives five sizes, each half of the one before, and takes the weights that it names', () => {
    const table = createWeightTable(backend, { seed: 1 });
    const encoder = efficientNetLite0(backend, table);
    expect(encoder.channels).toEqual({ skips: [16, 24, 40, 112], bottom: 320 });
    const shapes = tf.tidy(() => {
      const { skips, bottom } = encoder.encode(tf.zeros([1, 64, 96, 1]), inference);
      return [...skips, bottom].map(({ shape }) => shape);
    });
    expect(shapes).toEqual([
      [1, 32, 48, 16],
      [1, 16, 24, 24],
      [1, 8, 12, 40],
      [1, 4, 6, 112],
      [1, 2, 3, 320],
    ]);
    expect([...table.weights].map(([name, { shape }]) => ({ name, shape }))).toEqual(lite0EncoderWeights());
    table.dispose();
  });

  test.skipIf(!existsSync(file))(
    'sees what it sees in PyTorch, with the weights of ImageNet (skipped where set-up could not fetch them)',
    async () => {
      const { arrays } = await parseEncoderWeights(readFileSync(file), 'lite0-unet');
      const side = 64;
      const image = Float32Array.from({ length: side ** 2 }, (_, at) => {
        const [row, column] = [Math.floor(at / side), at % side];
        return (((row * 7 + column * 3) % 64) / 64) * 0.5 + 0.5 * Math.exp(-((row - 40) ** 2 + (column - 24) ** 2) / 200);
      });
      const table = createWeightTable(backend, { arrays });
      const encoder = efficientNetLite0(backend, table);
      const seen = tf.tidy(() => {
        const { skips, bottom } = encoder.encode(tf.tensor4d(image, [1, side, side, 1]), inference);
        return [...skips, bottom].map((values) => {
          const { mean, variance } = tf.moments(values);
          const last = [...values.dataSync()].slice(-values.shape[3]).slice(0, 3);
          return [...mean.dataSync(), ...tf.sqrt(variance).dataSync(), ...last];
        });
      });
      table.dispose();
      for (const [index, values] of published.entries()) {
        for (const [at, value] of values.entries()) expect(seen[index]?.[at]).toBeCloseTo(value, 3);
      }
    },
  );
});
