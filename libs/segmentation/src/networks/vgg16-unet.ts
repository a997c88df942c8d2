import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { biasedConvolution, logitHead, upConvolution } from './layers.ts';
import type { Network } from './network.ts';
import { createWeightTable, type WeightSource } from './weight-table.ts';

/** Channels of VGG16's blocks and of the decoder's, and how many convolutions each has. */
const encoderBlocks = [
  { channels: 64, convolutions: 2 },
  { channels: 128, convolutions: 2 },
  { channels: 256, convolutions: 3 },
  { channels: 512, convolutions: 3 },
  { channels: 512, convolutions: 3 },
] as const;
const decoderBlocks = [
  { channels: 512, convolutions: 3 },
  { channels: 512, convolutions: 3 },
  { channels: 256, convolutions: 3 },
  { channels: 128, convolutions: 2 },
  { channels: 64, convolutions: 2 },
] as const;
const dropoutRate = 0.5;
const inputChannels = 3;

/**
 * VGG16 (Simonyan and Zisserman, 2014) as the encoder, with skips from the last convolution of each block before its pooling, and a decoder of five blocks: transposed convolution
 * 3x3 with stride 2, the skip, dropout of one half, convolutions 3x3. The grey input is stacked to three channels.
 * Weights of an encoder that learnt on ImageNet can be given as `pretrained`; a small set of mammograms would only spoil them.
 */
export function vgg16Unet(backend: Backend, source: WeightSource): Network {
  const { tf, kernels } = backend;
  const table = createWeightTable(backend, source);
  let inputs: number = inputChannels;
  const encoder = encoderBlocks.map(({ channels, convolutions }, block) =>
    Array.from({ length: convolutions }, (_, index) => {
      const layer = biasedConvolution(backend, table, `block${block + 1}_conv${index + 1}`, inputs, channels);
      inputs = channels;
      return layer;
    }),
  );
  const skipChannels = encoderBlocks.map(({ channels }) => channels).reverse();
  const decoder = decoderBlocks.map(({ channels, convolutions }, block) => {
    const up = upConvolution(backend, table, `decoder${block + 1}_up`, 3, inputs, channels);
    inputs = channels + (skipChannels[block] ?? 0);
    const convolve = Array.from({ length: convolutions }, (_, index) => {
      const layer = biasedConvolution(backend, table, `decoder${block + 1}_conv${index + 1}`, inputs, channels);
      inputs = channels;
      return layer;
    });
    return { up, convolve };
  });
  const head = logitHead(backend, table, inputs);
  const { weights } = table;
  return {
    name: 'vgg16-unet',
    backend,
    weights,
    trainable: [...weights.values()].filter(({ trainable }) => trainable),
    forward: (images, mode) =>
      tf.tidy(() => {
        const skips: Tensor4D[] = [];
        let x = tf.tile(images, [1, 1, 1, inputChannels]);
        for (const block of encoder) {
          for (const convolve of block) x = convolve(x, mode);
          skips.push(x);
          x = tf.maxPool(x, 2, 2, 'valid');
        }
        for (const [index, { up, convolve }] of decoder.entries()) {
          x = tf.concat([up(x, mode), ...skips.splice(-1)], 3);
          if (mode.isTraining) x = kernels.dropOut(x, dropoutRate, decoder.length * mode.seed + index);
          for (const layer of convolve) x = layer(x, mode);
        }
        return head(x, mode);
      }),
    dispose: () => {
      for (const weight of weights.values()) weight.dispose();
    },
  };
}
