import { assertNever } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import type { Network, NetworkName } from './network.ts';
import { unetCompact } from './unet-compact.ts';
import { vgg16Unet } from './vgg16-unet.ts';
import type { WeightSource } from './weight-table.ts';

/**
 * Builds a network with weights from a file, or drawn from a seed.
 * @throws Failure invalid where the file's weights are not this network's
 */
export function createNetwork(backend: Backend, name: NetworkName, source: WeightSource): Network {
  switch (name) {
    case 'unet-compact':
      return unetCompact(backend, source);
    case 'vgg16-unet':
      return vgg16Unet(backend, source);
    default:
      return assertNever(name, 'network');
  }
}
