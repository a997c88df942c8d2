import type { Backend } from '../backend/backend.ts';
import { efficientNetLite0 } from './efficientnet-lite0.ts';
import { logitHead } from './layers.ts';
import type { Network } from './network.ts';
import { unetDecoder } from './unet-decoder.ts';
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
  const { skips, bottom } = encoder.channels;
  const channels = [bottom, ...decoderChannels];
  const decode = unetDecoder(
    backend,
    table,
    decoderChannels.map((outputs, index) => ({
      name: `decoder${String(index)}`,
      inputs: channels[index] ?? 0,
      skip: skips[skips.length - 1 - index] ?? 0,
      outputs,
    })),
  );
  const head = logitHead(backend, table, channels[decoderChannels.length] ?? 0, { upBy: 2 });
  const { weights } = table;
  return {
    name: 'lite0-unet',
    input: 'unit',
    backend,
    weights,
    trainable: [...weights.values()].filter(({ trainable }) => trainable),
    forward: (images, mode) =>
      tf.tidy(() => {
        const encoded = encoder.encode(images, mode);
        return head(decode(encoded.bottom, encoded.skips, mode), mode);
      }),
    dispose: () => {
      table.dispose();
    },
  };
}
