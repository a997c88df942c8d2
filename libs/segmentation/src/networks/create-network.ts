import { assertNever } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import type { Network, NetworkName } from './network.ts';
import { unetCompact } from './unet-compact.ts';
import { vgg16Unet } from './vgg16-unet.ts';
import type { WeightSource } from './weight-table.ts';

/**
 * Builds a network with weights that are drawn from a seed or read from a file.
 * @throws Failure invalid where the file's weights are not this network's
 */
export function createNetwork(backend: Backend, name: NetworkName, source: WeightSource): Network {
  switch (name) {
    case 'unet-compact':
      return unetCompact(backend, source);
    case 'vgg16-unet':
      return vgg16Unet(backend, source, { isEncoderFrozen: false });
    default:
      return assertNever(name, 'network');
  }
}
