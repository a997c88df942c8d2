import { assertNever, invalid } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import { lite0Unet } from './lite0-unet.ts';
import type { InputName, Network, NetworkName } from './network.ts';
import { unetCompact } from './unet-compact.ts';
import { vgg16Unet } from './vgg16-unet.ts';
import type { WeightSource } from './weight-table.ts';

export interface NetworkOptions extends WeightSource {
  /** `unit` where it is not given. */
  readonly input?: InputName;
}

/**
 * Builds a network with weights from a file, or drawn from a seed.
 * @throws Failure invalid where the file's weights are not this network's, or the input is not one that it takes
 */
export function createNetwork(backend: Backend, name: NetworkName, options: NetworkOptions): Network {
  const { input = 'unit' } = options;
  if (input === 'imagenet' && name !== 'vgg16-unet')
    throw invalid(`found the network ${name} with the input imagenet, which is that of vgg16-unet`);
  switch (name) {
    case 'unet-compact':
      return unetCompact(backend, options);
    case 'vgg16-unet':
      return vgg16Unet(backend, options, input);
    case 'lite0-unet':
      return lite0Unet(backend, options);
    default:
      return assertNever(name, 'network');
  }
}
