import { randomUUID } from 'node:crypto';
import { describeError, invalid } from '@mammoline/kernel';
import type { Group } from 'h5wasm';
import type { NamedArray, NamedArrays } from './named-arrays.ts';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/**
 * Reads convolutions out of an HDF5 file of Keras: a group for each layer (in `model_weights`, where the file has the model too), whose attribute `weight_names` says where in it the filter and the bias are.
 * @returns `LAYER/filter` and `LAYER/bias` of the layers that are there
 * @throws Failure invalid for what is no HDF5 file of 32-bit floats
 */
export async function readKerasWeights(bytes: Uint8Array, layers: readonly string[]): Promise<NamedArrays> {
  // WebAssembly of three megabytes, which only a run with such a file needs.
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  // Its files are in memory.
  const path = `/${randomUUID()}.h5`;
  FS.writeFile(path, bytes);
  try {
    const file = new h5wasm.File(path, 'r');
    if (file.file_id <= 0n) throw invalid('it is damaged or cut off');
    try {
      const inside = file.get('model_weights');
      const root = inside instanceof h5wasm.Group ? inside : file;
      const arrays = new Map<string, NamedArray>();
      for (const layer of layers) {
        const group = root.get(layer);
        if (!(group instanceof h5wasm.Group)) continue;
        const [filter, bias] = weightNames(group);
        for (const [part, name] of [
          ['filter', filter],
          ['bias', bias],
        ] as const) {
          const dataset = name === undefined ? null : group.get(name);
          if (dataset instanceof h5wasm.Dataset) arrays.set(`${layer}/${part}`, arrayOf(dataset.value, dataset.shape, `${layer}/${part}`));
        }
      }
      return arrays;
    } finally {
      file.close();
    }
  } catch (error) {
    throw invalid(`the encoder's weights are no HDF5 file of Keras that can be read: ${describeError(error)}`, { cause: error });
  } finally {
    FS.unlink(path);
  }
}

function weightNames(group: Group): readonly (string | undefined)[] {
  const names: unknown = group.attrs['weight_names']?.value;
  return Array.isArray(names) ? names.map(String) : [];
}

function arrayOf(values: unknown, shape: readonly number[] | null, name: string): NamedArray {
  if (!(values instanceof Float32Array)) throw invalid(`${name}: found no 32-bit floats`);
  // A copy: the values lie in the memory of the WebAssembly.
  return { shape: shape ?? [], values: values.slice() };
}
