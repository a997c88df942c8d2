import { augmentBatch, type AugmentedExample } from '../augmentation/augment-batch.ts';
import type { Network } from '../networks/network.ts';
import type { Adam } from './adam.ts';
import { trainOnBatch, type StepOptions } from './train-on-batch.ts';

/** One step as a run takes it: augmentation to squares of sidePx, forward, loss, gradients, weights moved. Returns the loss; leaves no tensor behind. */
export async function trainingStep(
  network: Network,
  adam: Pick<Adam, 'apply'>,
  drawn: readonly AugmentedExample[],
  options: StepOptions & { readonly sidePx: number },
): Promise<number> {
  const { tf } = network.backend;
  const batch = augmentBatch(network.backend, drawn, options.sidePx);
  try {
    return await trainOnBatch(network, adam, batch, options);
  } finally {
    tf.dispose([batch.images, batch.truth]);
  }
}
