import { describe, expect, test } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import { readWeights } from '../weights/read-weights.ts';
import { createNetwork } from './create-network.ts';
import { stackGrey } from './vgg16-unet.ts';
import { countParameters, inference, type Network, networkNames } from './network.ts';

const backend = await openBackend();
const { tf } = backend;

describe('networks', () => {
  test.each(networkNames)('%s maps images to logits of their size and frees all it makes', (name) => {
    const before = tf.memory().numTensors;
    const network = createNetwork(backend, name, { seed: 1 });
    const held = tf.memory().numTensors;
    expect(held).toBe(before + network.weights.size);
    const images = tf.tensor4d(new Float32Array(2 * 32 * 64).fill(0.5), [2, 32, 64, 1]);
    const logits = network.forward(images, inference);
    expect(logits.shape).toEqual([2, 32, 64, 1]);
    expect([...logits.dataSync()].every(Number.isFinite)).toBe(true);
    expect(new Set(logits.dataSync()).size).toBeGreaterThan(100);
    tf.dispose([images, logits]);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a network whose weights are final predicts the same, again and again, and frees what it folded', async () => {
    const before = tf.memory().numTensors;
    const network = createNetwork(backend, 'unet-compact', { seed: 1 });
    const arrays = new Map([...(await readWeights(network))]);
    // Statistics that differ from those of a network that has seen nothing.
    for (const [name, { shape, values }] of arrays)
      if (/mean|variance/.test(name)) arrays.set(name, { shape, values: values.map((_, at) => 0.5 + (at % 3)) });
    network.dispose();
    const predictBy = (isFinal: boolean): number[][] => {
      const made = createNetwork(backend, 'unet-compact', { arrays, isFinal });
      const images = tf.tensor4d(new Float32Array(32 * 32).fill(0.5), [1, 32, 32, 1]);
      const predicted = [0, 1].map(() => tf.tidy(() => [...made.forward(images, inference).dataSync()]));
      images.dispose();
      made.dispose();
      return predicted;
    };
    expect(predictBy(true)).toEqual(predictBy(false));
    expect(tf.memory().numTensors).toBe(before);
  });

  test('the compact U-Net has 2.1 million parameters', () => {
    const network = createNetwork(backend, 'unet-compact', { seed: 1 });
    expect(countParameters(network)).toBe(2_093_841);
    network.dispose();
  });

  test('weights of the compact U-Net of four levels make that network', async () => {
    const blocks = (network: Network): string[] =>
      [...network.weights].filter(([name]) => name.endsWith('second/filter')).map(([name, { shape }]) => `${name} ${shape.join('x')}`);
    const five = createNetwork(backend, 'unet-compact', { seed: 1 });
    expect(blocks(five)[5]).toBe('bottom/second/filter 3x3x128x128');
    const arrays = new Map([...(await readWeights(five))].filter(([name]) => !/^(encoder4|decoder4)\//.test(name)));
    const wider = (name: string, shape: readonly number[]): void => {
      arrays.set(name, { shape, values: new Float32Array(shape.reduce((product, length) => product * length, 1)) });
    };
    for (const [part, inputs] of [
      ['first', 128],
      ['second', 256],
    ] as const) {
      wider(`bottom/${part}/filter`, [3, 3, inputs, 256]);
      for (const name of ['scale', 'offset', 'mean', 'variance']) wider(`bottom/${part}/${name}`, [256]);
    }
    wider('decoder3/up/filter', [2, 2, 128, 256]);
    const four = createNetwork(backend, 'unet-compact', { arrays });
    expect(blocks(four)).toHaveLength(9);
    expect(blocks(four)[4]).toBe('bottom/second/filter 3x3x256x256');
    expect(await readWeights(four)).toEqual(arrays);
    five.dispose();
    four.dispose();
  });

  test('the U-Net on EfficientNet-Lite0 has 3.6 million parameters, goes on from what its encoder learnt, and changes it', async () => {
    const donor = createNetwork(backend, 'lite0-unet', { seed: 2 });
    const pretrained = new Map([...(await readWeights(donor))].filter(([name]) => name.startsWith('encoder/')));
    const network = createNetwork(backend, 'lite0-unet', { seed: 1, pretrained });
    expect(countParameters(network)).toBe(3_600_209);
    const taken = new Map([...(await readWeights(network))].filter(([name]) => name.startsWith('encoder/')));
    expect(taken).toEqual(pretrained);
    expect(network.trainable.map(({ name }) => name)).toHaveLength(donor.trainable.length);
    network.dispose();
    donor.dispose();
  });

  test("the VGG16 U-Net's encoder has VGG16's shapes, its decoder the blocks that are documented", () => {
    const network = createNetwork(backend, 'vgg16-unet', { seed: 1 });
    const filters = (pattern: RegExp): string[] =>
      [...network.weights]
        .filter(([name]) => pattern.test(name) && name.endsWith('filter'))
        .map(([name, { shape }]) => `${name} ${shape.join('x')}`);
    expect(filters(/^block/)).toEqual([
      'block1_conv1/filter 3x3x3x64',
      'block1_conv2/filter 3x3x64x64',
      'block2_conv1/filter 3x3x64x128',
      'block2_conv2/filter 3x3x128x128',
      'block3_conv1/filter 3x3x128x256',
      'block3_conv2/filter 3x3x256x256',
      'block3_conv3/filter 3x3x256x256',
      'block4_conv1/filter 3x3x256x512',
      'block4_conv2/filter 3x3x512x512',
      'block4_conv3/filter 3x3x512x512',
      'block5_conv1/filter 3x3x512x512',
      'block5_conv2/filter 3x3x512x512',
      'block5_conv3/filter 3x3x512x512',
    ]);
    // The first convolution of a decoder's block sees what came up and the skip.
    expect(filters(/^decoder\d_(up|conv1)/)).toEqual([
      'decoder1_up/filter 3x3x512x512',
      'decoder1_conv1/filter 3x3x1024x512',
      'decoder2_up/filter 3x3x512x512',
      'decoder2_conv1/filter 3x3x1024x512',
      'decoder3_up/filter 3x3x256x512',
      'decoder3_conv1/filter 3x3x512x256',
      'decoder4_up/filter 3x3x128x256',
      'decoder4_conv1/filter 3x3x256x128',
      'decoder5_up/filter 3x3x64x128',
      'decoder5_conv1/filter 3x3x128x64',
    ]);
    expect(filters(/^decoder\d_conv/)).toHaveLength(3 + 3 + 3 + 2 + 2);
    expect(filters(/^head/)).toEqual(['head/filter 1x1x64x1']);
    network.dispose();
  });

  test("ImageNet's input is blue, green and red of 0 to 255, less their means, and that of VGG16 alone", () => {
    const stacked = (input: 'unit' | 'imagenet'): number[] =>
      tf.tidy(() => [...stackGrey(backend, tf.fill([1, 1, 1, 1], 0.6), input).dataSync()]);
    for (const value of stacked('unit')) expect(value).toBeCloseTo(0.6, 6);
    const [blue, green, red] = stacked('imagenet');
    expect(blue).toBeCloseTo(153 - 103.939, 3);
    expect(green).toBeCloseTo(153 - 116.779, 3);
    expect(red).toBeCloseTo(153 - 123.68, 3);
    expect(() => createNetwork(backend, 'unet-compact', { input: 'imagenet' })).toThrow(/input imagenet, which is that of vgg16-unet/);
  });

  test('pretrained weights are taken and not trained; weights of another network are refused', async () => {
    const donor = createNetwork(backend, 'unet-compact', { seed: 2 });
    const arrays = await readWeights(donor);
    const pretrained = new Map([...arrays].filter(([name]) => name.startsWith('encoder0/')));
    const network = createNetwork(backend, 'unet-compact', { seed: 1, pretrained });
    const name = 'encoder0/first/filter';
    expect((await readWeights(network)).get(name)).toEqual(arrays.get(name));
    expect(donor.trainable.length - network.trainable.length).toBe(6);
    expect(() => createNetwork(backend, 'unet-compact', { arrays: pretrained })).toThrow(
      /weight encoder1\/first\/filter: found none, expected 3 x 3 x 16 x 32/,
    );
    network.dispose();
    donor.dispose();
  });
});
