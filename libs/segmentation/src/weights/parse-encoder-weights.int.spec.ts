import { describe, expect, test } from 'vitest';
import h5wasm from 'h5wasm';
import { lite0EncoderWeights } from '../networks/efficientnet-lite0.ts';
import { vgg16Convolutions } from '../networks/vgg16-unet.ts';
import type { NamedArray } from './named-arrays.ts';
import { parseEncoderWeights } from './parse-encoder-weights.ts';
import { isHdf5, readKerasWeights } from './read-keras-weights.ts';
import { serializeSafetensors } from './safetensors.ts';

interface Layer {
  readonly name: string;
  readonly filter: readonly number[];
  readonly names: readonly [string, string];
}

/** An HDF5 file in the layout of Keras' own; each array has a number of its own, and half more in its last place. */
async function kerasFile(layers: readonly Layer[], inside = ''): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const path = '/written.h5';
  const file = new h5wasm.File(path, 'w');
  const root = inside === '' ? file : file.create_group(inside);
  root.create_attribute(
    'layer_names',
    layers.map(({ name }) => name),
  );
  for (const [index, { name, filter, names }] of layers.entries()) {
    const group = root.create_group(name);
    group.create_attribute('weight_names', [...names]);
    const shapes = [filter, filter.slice(-1)];
    for (const [part, shape] of shapes.entries()) {
      const length = shape.reduce((product, side) => product * side, 1);
      const data = new Float32Array(length).fill(10 * index + part);
      data[length - 1] = 10 * index + part + 0.5;
      const [directory = '', leaf] = (names[part] ?? '').split('/');
      if (leaf === undefined) group.create_dataset({ name: directory, data, shape: [...shape] });
      else (part === 0 ? group.create_group(directory) : groupIn(group, directory)).create_dataset({ name: leaf, data, shape: [...shape] });
    }
  }
  file.flush();
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}

function groupIn(group: InstanceType<typeof h5wasm.Group>, name: string): InstanceType<typeof h5wasm.Group> {
  const found = group.get(name);
  return found instanceof h5wasm.Group ? found : expect.unreachable(`no group ${name}`);
}

/** As in vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5, but small. */
const published = (filter: readonly number[]): Layer[] => [
  { name: 'block1_conv1', filter, names: ['block1_conv1_W_1:0', 'block1_conv1_b_1:0'] },
  { name: 'block1_conv2', filter, names: ['block1_conv2_W_1:0', 'block1_conv2_b_1:0'] },
];

describe("Keras' HDF5", () => {
  test('gives filters and biases of the layers that are asked for', async () => {
    const bytes = await kerasFile(published([3, 3, 1, 2]));
    expect(isHdf5(bytes)).toBe(true);
    const arrays = await readKerasWeights(bytes, ['block1_conv2', 'block9_conv1']);
    expect([...arrays.keys()]).toEqual(['block1_conv2/filter', 'block1_conv2/bias']);
    expect(arrays.get('block1_conv2/filter')?.shape).toEqual([3, 3, 1, 2]);
    expect([...(arrays.get('block1_conv2/filter')?.values ?? [])].slice(-2)).toEqual([10, 10.5]);
    expect([...(arrays.get('block1_conv2/bias')?.values ?? [])]).toEqual([11, 11.5]);
  });

  test('reads whole models and the names of later Keras as well', async () => {
    const layer: Layer = { name: 'block1_conv1', filter: [1, 1, 1, 2], names: ['block1_conv1/kernel:0', 'block1_conv1/bias:0'] };
    const arrays = await readKerasWeights(await kerasFile([layer], 'model_weights'), ['block1_conv1']);
    expect([...(arrays.get('block1_conv1/bias')?.values ?? [])]).toEqual([1, 1.5]);
  });

  test('a file of other shapes is refused, layer by layer', async () => {
    const parsed = parseEncoderWeights(await kerasFile(published([3, 3, 3, 64])), 'vgg16-unet');
    await expect(parsed).rejects.toThrow(/not the weights of VGG16's convolutions/);
    await expect(parsed).rejects.toThrow(
      /block1_conv2\/filter: found 3 x 3 x 3 x 64, expected 3 x 3 x 64 x 64\nblock2_conv1\/filter: found none/,
    );
    await expect(parsed).rejects.not.toThrow(/block1_conv1\//);
    const cut = (await kerasFile(published([1, 1, 1, 2]))).slice(0, 600);
    await expect(parseEncoderWeights(cut, 'vgg16-unet')).rejects.toThrow(/no HDF5 file of Keras that can be read/);
  });
});

test("of EfficientNet-Lite0's encoder safetensors are taken, and others named by what they lack", async () => {
  const arrays = new Map(
    lite0EncoderWeights().map(({ name, shape }) => [
      name,
      { shape, values: new Float32Array(shape.reduce((product, side) => product * side, 1)) },
    ]),
  );
  const parsed = await parseEncoderWeights(serializeSafetensors({ metadata: {}, arrays }), 'lite0-unet');
  expect(parsed).toEqual({ arrays, warnings: [] });
  arrays.delete('encoder/block15/project/mean');
  const lacking = parseEncoderWeights(serializeSafetensors({ metadata: {}, arrays }), 'lite0-unet');
  await expect(lacking).rejects.toThrow(
    /^not the weights of EfficientNet-Lite0's encoder .*\nencoder\/block15\/project\/mean: found none, expected 320$/,
  );
});

describe('weights of the whole encoder', () => {
  const zeros = new Map(
    vgg16Convolutions().flatMap(({ name, shape }): [string, NamedArray][] => [
      [`${name}/filter`, { shape, values: new Float32Array(shape.reduce((product, side) => product * side, 1)) }],
      [`${name}/bias`, { shape: shape.slice(3), values: new Float32Array(shape[3]) }],
    ]),
  );

  test('as safetensors are taken', async () => {
    const { arrays, warnings } = await parseEncoderWeights(serializeSafetensors({ metadata: {}, arrays: zeros }), 'vgg16-unet');
    expect(arrays.size).toBe(26);
    expect(warnings).toEqual([]);
  });

  test('of a Keras file that is not the published one come with a warning', async () => {
    const layers = vgg16Convolutions().map(({ name, shape }): Layer => ({
      name,
      filter: shape,
      names: [`${name}_W_1:0`, `${name}_b_1:0`],
    }));
    const { arrays, warnings } = await parseEncoderWeights(await kerasFile(layers), 'vgg16-unet');
    expect(arrays.get('block5_conv3/bias')?.values[0]).toBe(121);
    expect(warnings).toEqual([expect.stringMatching(/have the MD5 [0-9a-f]{32}, those that Keras publishes 6d6bbae1/)]);
  });
});
