import { createHash } from 'node:crypto';
import { invalid } from '@mammoline/kernel';
import { lite0EncoderWeights } from '../networks/efficientnet-lite0.ts';
import type { NetworkName } from '../networks/network.ts';
import { vgg16Convolutions } from '../networks/vgg16-unet.ts';
import type { NamedArray, NamedArrays } from './named-arrays.ts';
import { isHdf5, readKerasWeights } from './read-keras-weights.ts';
import { parseSafetensors } from './safetensors.ts';

/** Of `vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5`, as Keras publishes it (keras/applications/vgg16.py). */
const publishedMd5 = '6d6bbae143d832006294945121d1f1fc';

export interface EncoderWeights {
  /** By their names in the network: `block1_conv1/filter`, `block1_conv1/bias`, ... of vgg16-unet. */
  readonly arrays: NamedArrays;
  /** What a person should know before training with them. */
  readonly warnings: readonly string[];
}

interface ExpectedArray {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Of the networks whose encoder can have learnt before. */
const encoders: Readonly<Partial<Record<NetworkName, { readonly expected: () => readonly ExpectedArray[]; readonly files: string }>>> = {
  'vgg16-unet': {
    expected: () =>
      vgg16Convolutions().flatMap(({ name, shape }) => [
        { name: `${name}/filter`, shape },
        { name: `${name}/bias`, shape: shape.slice(3) },
      ]),
    files:
      "the weights of VGG16's convolutions (expected vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5 of Keras, or safetensors with the names of vgg16-unet)",
  },
  'lite0-unet': {
    expected: lite0EncoderWeights,
    files: "the weights of EfficientNet-Lite0's encoder (expected safetensors with the names of lite0-unet, as npm run setup writes them)",
  },
};

/** Whether a network's encoder can have learnt before. */
export const hasEncoder = (network: NetworkName): boolean => encoders[network] !== undefined;

/**
 * Reads the weights of a network's encoder: of VGG16 Keras' own HDF5 file (what it has beside them is left), of either safetensors with the network's names.
 * @throws Failure invalid for anything else, naming each array that is missing or of another shape; for a network whose encoder can't have learnt before
 */
export async function parseEncoderWeights(bytes: Uint8Array, network: NetworkName): Promise<EncoderWeights> {
  const encoder = encoders[network];
  if (encoder === undefined)
    throw invalid(
      `found weights of an encoder for ${network}, which has none that can have learnt before; expected ${Object.keys(encoders).join(' or ')}`,
    );
  const { expected, files } = encoder;
  const isKeras = network === 'vgg16-unet' && isHdf5(bytes);
  const found = isKeras
    ? await readKerasWeights(
        bytes,
        vgg16Convolutions().map(({ name }) => name),
      )
    : parseSafetensors(bytes).arrays;
  const arrays = new Map<string, NamedArray>();
  const faults: string[] = [];
  for (const { name, shape } of expected()) {
    const array = found.get(name);
    if (array?.shape.join() === shape.join() && array.values.every(Number.isFinite)) arrays.set(name, array);
    else faults.push(`${name}: found ${describe(array)}, expected ${shape.join(' x ')}`);
  }
  if (faults.length > 0) throw invalid(`not ${files}:\n${faults.join('\n')}`);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const isPublished = !isKeras || md5 === publishedMd5;
  return { arrays, warnings: isPublished ? [] : [`the encoder's weights have the MD5 ${md5}, those that Keras publishes ${publishedMd5}`] };
}

function describe(array: NamedArray | undefined): string {
  if (array === undefined) return 'none';
  return array.values.every(Number.isFinite) ? array.shape.join(' x ') : 'values that are no numbers';
}
