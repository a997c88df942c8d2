import { bug } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { joinChannels } from '../operations/join-channels.ts';
import { efficientNetLite0 } from './efficientnet-lite0.ts';
import { logitHead, normalisedConvolution, upConvolution } from './layers.ts';
import type { Network } from './network.ts';
import { createWeightTable, type WeightSource } from './weight-table.ts';

/** From the bottom up; the last has half of the image's side. */
const decoderChannels = [96, 64, 48, 32] as const;

/**
 * A U-Net whose encoder is EfficientNet-Lite0, with a decoder of four blocks as those of unet-compact; the head makes four logits, a square of pixels, of each of the last block's places.
 * Weights that the encoder learnt on ImageNet can be given as `pretrained`; training changes them with the rest.
 */
export function lite0Unet(backend: Backend, source: WeightSource): Network {
  const { tf } = backend;
  const table = createWeightTable(backend, source, { trainsPretrained: true });
  const encoder = efficientNetLite0(backend, table);
  const [bottom = 0, ...skips] = encoder.channels.toReversed();
  let inputs = bottom;
  const decoder = decoderChannels.map((channels, index) => {
    const name = `decoder${String(index)}`;
    const up = upConvolution(backend, table, `${name}/up`, 2, inputs, channels);
    const join = normalisedConvolution(backend, table, `${name}/first`, channels + (skips[index] ?? 0), channels);
    const refine = normalisedConvolution(backend, table, `${name}/second`, channels, channels);
    inputs = channels;
    return { up, layers: [join, refine] };
  });
  const head = logitHead(backend, table, inputs, { upBy: 2 });
  const { weights } = table;
  return {
    name: 'lite0-unet',
    input: 'unit',
    backend,
    weights,
    trainable: [...weights.values()].filter(({ trainable }) => trainable),
    forward: (images, mode) =>
      tf.tidy(() => {
        const given = [...encoder.encode(images, mode)];
        let [x] = given.splice(-1);
        if (x === undefined) throw bug('the encoder gave nothing');
        for (const { up, layers } of decoder) {
          const skip = given.splice(-1);
          const from: Tensor4D = x;
          x = tf.tidy(() => layers.reduce((y, layer) => layer(y, mode), joinChannels(backend, [up(from, mode), ...skip])));
          tf.dispose([from, ...skip]);
        }
        return head(x, mode);
      }),
    dispose: () => {
      table.dispose();
    },
  };
}
