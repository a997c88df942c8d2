import { bug } from '@mammoline/kernel';
import type { Example } from '../augmentation/example.ts';
import type { Network } from '../networks/network.ts';

/** Sets the bias of the logits so that an untrained network predicts the share of marked pixels everywhere: without it the first epochs only learn how rare a lesion is. */
export function startFromPrior(network: Network, examples: readonly Example[]): void {
  const { tf } = network.backend;
  const bias = network.weights.get('head/bias');
  if (bias === undefined) throw bug(`the network ${network.name} has no head/bias`);
  let marked = 0;
  let pixels = 0;
  for (const { mask } of examples) {
    for (const value of mask.data) marked += value;
    pixels += mask.data.length;
  }
  const share = Math.min(0.5, Math.max(0.001, marked / pixels));
  tf.tidy(() => {
    bias.assign(tf.fill(bias.shape, Math.log(share / (1 - share))));
  });
}
