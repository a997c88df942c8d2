import type { Network } from '../networks/network.ts';
import type { NamedArray, NamedArrays } from './named-arrays.ts';

/** Copies the weights out of the network as they are now. */
export async function readWeights({ weights }: Pick<Network, 'weights'>): Promise<NamedArrays> {
  const arrays = new Map<string, NamedArray>();
  for (const [name, weight] of weights) {
    // A copy of its own: a backend may hand out its memory.
    arrays.set(name, { shape: weight.shape, values: Float32Array.from(await weight.data<'float32'>()) });
  }
  return arrays;
}
