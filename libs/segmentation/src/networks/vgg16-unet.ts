import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { dropOut } from '../operations/drop-out.ts';
import { joinChannels } from '../operations/join-channels.ts';
import { withoutGradient } from '../kernels/with-gradient.ts';
import { biasedConvolution, frozenLayer, logitHead, upConvolution } from './layers.ts';
import type { InputName, Network } from './network.ts';
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
/** Of blue, green and red, 0 to 255, as Keras' `preprocess_input` for VGG16 takes them off. */
const imageNetMeans = [103.939, 116.779, 123.68];

/**
 * VGG16 (Simonyan and Zisserman, 2014) as the encoder, with skips from the last convolution of each block before its pooling, and a decoder of five blocks: transposed convolution
 * 3x3 with stride 2, the skip, dropout of one half, convolutions 3x3. The grey input is stacked to three channels.
 * Weights of an encoder that learnt on ImageNet can be given as `pretrained`, and are not trained: a small set of mammograms would only spoil them.
 */
export function vgg16Unet(backend: Backend, source: WeightSource, input: InputName): Network {
  const { tf } = backend;
  const table = createWeightTable(backend, source);
  const isFrozen = vgg16Convolutions().every(({ name }) => source.pretrained?.has(`${name}/filter`) === true);
  let inputs: number = inputChannels;
  const encoder = encoderBlocks.map(({ channels, convolutions }, block) =>
    Array.from({ length: convolutions }, (_, index) => {
      const name = `block${block + 1}_conv${index + 1}`;
      const isFirst = block === 0 && index === 0;
      const layer = biasedConvolution(backend, table, name, inputs, channels, { isFirst });
      inputs = channels;
      return isFrozen ? frozenLayer(backend, layer) : layer;
    }),
  );
  const skipChannels = encoderBlocks.map(({ channels }) => channels).reverse();
  const decoder = decoderBlocks.map(({ channels, convolutions }, block) => {
    const up = upConvolution(backend, table, `decoder${block + 1}_up`, 3, inputs, channels, { isFirst: isFrozen && block === 0 });
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
    input,
    backend,
    weights,
    trainable: [...weights.values()].filter(({ trainable }) => trainable),
    forward: (images, mode) =>
      tf.tidy(() => {
        const skips: Tensor4D[] = [];
        let x = stackGrey(backend, images, input);
        // What one block makes goes before the next begins; what a gradient needs of it is kept by itself.
        for (const block of encoder) {
          const [skip, pooled] = tf.tidy((): [Tensor4D, Tensor4D] => {
            const last = block.reduce((y, convolve) => convolve(y, mode), x);
            return [last, isFrozen ? withoutGradient(tf, last, (y) => tf.maxPool(y, 2, 2, 'valid')) : backend.kernels.poolLargest(last)];
          });
          skips.push(skip);
          x.dispose();
          x = pooled;
        }
        for (const [index, { up, convolve }] of decoder.entries()) {
          const skip = skips.splice(-1);
          const joined = tf.tidy(() => {
            const both = joinChannels(backend, [up(x, mode), ...skip]);
            const dropped = mode.isTraining ? dropOut(backend, both, dropoutRate, decoder.length * mode.seed + index) : both;
            return convolve.reduce((y, layer) => layer(y, mode), dropped);
          });
          tf.dispose([x, ...skip]);
          x = joined;
        }
        return head(x, mode);
      }),
    dispose: () => {
      table.dispose();
    },
  };
}

/** VGG16's convolutions by the names that Keras and this network give them, with the shape of each filter: rows, columns, inputs, outputs. */
export function vgg16Convolutions(): readonly { readonly name: string; readonly shape: readonly [number, number, number, number] }[] {
  let inputs: number = inputChannels;
  return encoderBlocks.flatMap(({ channels, convolutions }, block) =>
    Array.from({ length: convolutions }, (_, index) => {
      const shape = [3, 3, inputs, channels] as const;
      inputs = channels;
      return { name: `block${block + 1}_conv${index + 1}`, shape };
    }),
  );
}

/** Grey images, 0 to 1, to the three channels that VGG16 takes. */
export function stackGrey({ tf }: Backend, images: Tensor4D, input: InputName): Tensor4D {
  const stacked = tf.tile(images, [1, 1, 1, inputChannels]);
  return input === 'unit' ? stacked : tf.sub(tf.mul(stacked, 255), [...imageNetMeans]);
}
