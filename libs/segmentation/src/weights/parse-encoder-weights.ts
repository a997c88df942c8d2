import { createHash } from 'node:crypto';
import { invalid } from '@mammoline/kernel';
import { vgg16Convolutions } from '../networks/vgg16-unet.ts';
import type { NamedArray, NamedArrays } from './named-arrays.ts';
import { isHdf5, readKerasWeights } from './read-keras-weights.ts';
import { parseSafetensors } from './safetensors.ts';

/** Of `vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5`, as Keras publishes it (keras/applications/vgg16.py). */
const publishedMd5 = '6d6bbae143d832006294945121d1f1fc';

export interface EncoderWeights {
  /** By their names in vgg16-unet: `block1_conv1/filter`, `block1_conv1/bias`, ... */
  readonly arrays: NamedArrays;
  /** What a person should know before training with them. */
  readonly warnings: readonly string[];
}

/**
 * Reads the weights of VGG16's convolutions: Keras' own HDF5 file (what it has beside them is left), or safetensors with the names of vgg16-unet.
 * @throws Failure invalid for anything else, naming each layer that is missing or of another shape
 */
export async function parseEncoderWeights(bytes: Uint8Array): Promise<EncoderWeights> {
  const isKeras = isHdf5(bytes);
  const found = isKeras
    ? await readKerasWeights(
        bytes,
        vgg16Convolutions().map(({ name }) => name),
      )
    : parseSafetensors(bytes).arrays;
  const arrays = new Map<string, NamedArray>();
  const faults: string[] = [];
  for (const { name, shape } of vgg16Convolutions()) {
    for (const [part, expected] of [
      ['filter', shape],
      ['bias', shape.slice(3)],
    ] as const) {
      const array = found.get(`${name}/${part}`);
      if (array?.shape.join() === expected.join() && array.values.every(Number.isFinite)) arrays.set(`${name}/${part}`, array);
      else faults.push(`${name}/${part}: found ${describe(array)}, expected ${expected.join(' x ')}`);
    }
  }
  if (faults.length > 0) {
    throw invalid(
      `not the weights of VGG16's convolutions (expected vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5 of Keras, or safetensors with the names of vgg16-unet):\n${faults.join('\n')}`,
    );
  }
  const md5 = createHash('md5').update(bytes).digest('hex');
  const isPublished = !isKeras || md5 === publishedMd5;
  return { arrays, warnings: isPublished ? [] : [`the encoder's weights have the MD5 ${md5}, those that Keras publishes ${publishedMd5}`] };
}

function describe(array: NamedArray | undefined): string {
  if (array === undefined) return 'none';
  return array.values.every(Number.isFinite) ? array.shape.join(' x ') : 'values that are no numbers';
}
