import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { logitHead, normalisedConvolution, upConvolution, type Layer } from './layers.ts';
import type { Network } from './network.ts';
import { createWeightTable, type WeightSource } from './weight-table.ts';

const baseChannels = 16;
const levels = 4;

/** A U-Net (Ronneberger et al., 2015) of 1.9 million parameters: four levels of 16 to 128 channels, 256 at the bottom, batch normalisation, grey input. */
export function unetCompact(backend: Backend, source: WeightSource): Network {
  const { tf } = backend;
  const table = createWeightTable(backend, source);
  const block = (name: string, inputs: number, outputs: number): Layer => {
    const first = normalisedConvolution(backend, table, `${name}/first`, inputs, outputs);
    const second = normalisedConvolution(backend, table, `${name}/second`, outputs, outputs);
    return (x, mode) => second(first(x, mode), mode);
  };
  const channelsAt = (level: number): number => baseChannels * 2 ** level;
  const encoder = Array.from({ length: levels }, (_, level) =>
    block(`encoder${level}`, level === 0 ? 1 : channelsAt(level - 1), channelsAt(level)),
  );
  const bottom = block('bottom', channelsAt(levels - 1), channelsAt(levels));
  const decoder = Array.from({ length: levels }, (_, index) => {
    const level = levels - 1 - index;
    const up = upConvolution(backend, table, `decoder${level}/up`, 2, channelsAt(level + 1), channelsAt(level));
    return { up, join: block(`decoder${level}`, 2 * channelsAt(level), channelsAt(level)) };
  });
  const head = logitHead(backend, table, baseChannels);
  const { weights } = table;
  return {
    name: 'unet-compact',
    backend,
    weights,
    trainable: [...weights.values()].filter(({ trainable }) => trainable),
    forward: (images, mode) =>
      tf.tidy(() => {
        const skips: Tensor4D[] = [];
        let x = images;
        for (const encode of encoder) {
          const skip = encode(x, mode);
          skips.push(skip);
          x = tf.maxPool(skip, 2, 2, 'valid');
        }
        x = bottom(x, mode);
        for (const { up, join } of decoder) x = join(tf.concat([up(x, mode), ...skips.splice(-1)], 3), mode);
        return head(x, mode);
      }),
    dispose: () => {
      for (const weight of weights.values()) weight.dispose();
    },
  };
}
