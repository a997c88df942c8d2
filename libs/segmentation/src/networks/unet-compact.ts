import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { convolutionPair, logitHead } from './layers.ts';
import type { Network } from './network.ts';
import { unetDecoder } from './unet-decoder.ts';
import { createWeightTable, type WeightSource } from './weight-table.ts';

/** Channels of the levels from the image down; the last are the bottom's. */
const channels = [16, 32, 64, 128, 128, 128] as const;
/** What it was until November 2026: models of then still predict, and their trainings go on. */
const channelsOfFourLevels = [16, 32, 64, 128, 256] as const;

/**
 * A U-Net (Ronneberger et al., 2015) of 2.1 million parameters: five levels of 16 to 128 channels, 128 at the bottom, batch normalisation, grey input. Weights of the one with four levels make that one.
 * Five levels see twice as far as four for the same time a step.
 */
export function unetCompact(backend: Backend, source: WeightSource): Network {
  const { tf } = backend;
  const table = createWeightTable(backend, source);
  const widths =
    source.arrays?.has('bottom/first/filter') === true && !source.arrays.has('encoder4/first/filter') ? channelsOfFourLevels : channels;
  const levels = widths.length - 1;
  // Above the first level is the grey image.
  const channelsAt = (level: number): number => widths[level] ?? 1;
  const encoder = Array.from({ length: levels }, (_, level) =>
    convolutionPair(backend, table, `encoder${level}`, channelsAt(level - 1), channelsAt(level), { isFirst: level === 0 }),
  );
  const bottom = convolutionPair(backend, table, 'bottom', channelsAt(levels - 1), channelsAt(levels));
  const blocks = Array.from({ length: levels }, (_, level) => ({
    name: `decoder${level}`,
    inputs: channelsAt(level + 1),
    skip: channelsAt(level),
    outputs: channelsAt(level),
  }));
  const decode = unetDecoder(backend, table, blocks.toReversed());
  const head = logitHead(backend, table, channelsAt(0));
  const { weights } = table;
  return {
    name: 'unet-compact',
    input: 'unit',
    backend,
    weights,
    trainable: [...weights.values()].filter(({ trainable }) => trainable),
    forward: (images, mode) =>
      tf.tidy(() => {
        const skips: Tensor4D[] = [];
        let x = tf.clone(images);
        // What one block makes goes before the next begins; what a gradient needs of it is kept by itself.
        for (const encode of encoder) {
          const [skip, pooled] = tf.tidy((): [Tensor4D, Tensor4D] => {
            const last = encode(x, mode);
            return [last, backend.kernels.poolLargest(last)];
          });
          skips.push(skip);
          x.dispose();
          x = pooled;
        }
        return head(decode(bottom(x, mode), skips, mode), mode);
      }),
    dispose: () => {
      table.dispose();
    },
  };
}
