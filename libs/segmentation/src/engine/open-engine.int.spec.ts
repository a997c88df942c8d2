import type { Raster8, RasterF32 } from '@mammoline/imaging';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../backend/backend.ts';
import { openBackend } from '../backend/open-backend.ts';
import { createNetwork } from '../networks/create-network.ts';
import { createRandom } from '../random/create-random.ts';
import { serializeWeights } from '../weights/model-file.ts';
import { readWeights } from '../weights/read-weights.ts';
import { openEngine, type EngineSources } from './open-engine.ts';
import { tensorflowEngine } from './tensorflow-engine.ts';

const backend = await openBackend();
const [tensorflow, onnx] = [tensorflowEngine(backend, 'for the spec'), await openEngine('onnx', 'auto')];
const random = createRandom('engines');
const image = (rows: number, columns: number): Raster8 => ({
  rows,
  columns,
  data: Uint8Array.from({ length: rows * columns }, () => random.integer(256)),
});

const furthestApart = (some: readonly RasterF32[], others: readonly RasterF32[]): number =>
  Math.max(...some.flatMap(({ data }, index) => [...data].map((value, at) => Math.abs(value - (others[index]?.data[at] ?? Number.NaN)))));

describe('engines', () => {
  // Of every network: the export's spec.
  test('give the same probabilities to 1e-4, and leave nothing behind', async () => {
    const before = backend.tf.memory().numTensors;
    const network = createNetwork(backend, 'unet-compact', { seed: 5 });
    const file = serializeWeights({ network: 'unet-compact', imageSize: 64, threshold: 0.25, weights: await readWeights(network) });
    network.dispose();
    const images = [image(64, 64), image(100, 100)];
    const segmenters = [await tensorflow.load(file), await onnx.load(file)] as const;
    const [expected, found] = [await segmenters[0].predict(images), await segmenters[1].predict(images)];
    const [said, saidByOnnx] = segmenters.map(({ imageSize, network: kind, parameters, threshold }) => ({
      imageSize,
      kind,
      parameters,
      threshold,
    }));
    expect(saidByOnnx).toEqual(said);
    expect(found.map(({ rows, columns }) => [rows, columns])).toEqual([
      [64, 64],
      [64, 64],
    ]);
    const [nearer, nearerByOnnx] = [await segmenters[0].predict(images, undefined, 96), await segmenters[1].predict(images, undefined, 96)];
    expect(nearer.map(({ rows, data }) => [rows, data.length])).toEqual([
      [64, 4096],
      [64, 4096],
    ]);
    expect(furthestApart(nearer, expected)).toBeGreaterThan(1e-3);
    expect(furthestApart(nearer, nearerByOnnx)).toBeLessThan(1e-4);
    expect(furthestApart(expected, found)).toBeLessThan(1e-4);
    for (const segmenter of segmenters) segmenter.dispose();
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  test('refuse an image that is not square, and a file that is no model', async () => {
    const network = createNetwork(backend, 'unet-compact', { seed: 5 });
    const file = serializeWeights({ network: 'unet-compact', imageSize: 32, threshold: 0.25, weights: await readWeights(network) });
    network.dispose();
    for (const engine of [tensorflow, onnx]) {
      const segmenter = await engine.load(file);
      await expect(segmenter.predict([image(4, 5)])).rejects.toThrow(/4 x 5 pixels, expected a prepared, square one/);
      segmenter.dispose();
      await expect(engine.load(Buffer.from('no model'))).rejects.toMatchObject({ kind: 'invalid' });
    }
  });

  test('a backend that is asked for means TensorFlow', async () => {
    expect(await openEngine('auto', backend.name === 'wasm' ? 'wasm' : 'native')).toMatchObject({
      name: 'tensorflow',
      backend: backend.name,
    });
    expect(onnx).toMatchObject({ name: 'onnx', backend: 'cpu', reason: 'asked for' });
  });

  test('auto: a GPU of any kind before ONNX Runtime on the CPU, and that before TensorFlow there', async () => {
    const of = async (name: Backend['name'], sources: Partial<EngineSources> = {}) => {
      let openings = 0;
      const engine = await openEngine('auto', 'auto', {
        mayHaveGpu: () => true,
        openBackend: () => {
          openings += 1;
          return Promise.resolve({ ...backend, name });
        },
        openOnnx: () => Promise.resolve(onnx),
        ...sources,
      });
      return [engine.name, engine.backend, openings];
    };
    const openOnnx = () => Promise.reject(new Error('no ONNX Runtime'));
    expect(await of('cuda')).toEqual(['tensorflow', 'cuda', 1]);
    expect(await of('webgpu')).toEqual(['tensorflow', 'webgpu', 1]);
    expect(await of('native-cpu')).toEqual(['onnx', 'cpu', 1]);
    expect(await of('cuda', { mayHaveGpu: () => false })).toEqual(['onnx', 'cpu', 0]);
    expect(await of('native-cpu', { openOnnx })).toEqual(['tensorflow', 'native-cpu', 1]);
    expect(await of('wasm', { openOnnx, mayHaveGpu: () => false })).toEqual(['tensorflow', 'wasm', 1]);
  });
});
