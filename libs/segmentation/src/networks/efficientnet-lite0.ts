import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { addResidual } from '../operations/add-residual.ts';
import { normalisedConvolution, type Layer, type NormalisedOptions } from './layers.ts';
import type { ForwardMode } from './network.ts';
import type { WeightTable } from './weight-table.ts';

/** The stages: the channels that its blocks give, how many blocks, sides of their filters, stride of the first, how many times as many channels they have inside. */
const stages = [
  { channels: 16, blocks: 1, size: 3, stride: 1, wider: 1 },
  { channels: 24, blocks: 2, size: 3, stride: 2, wider: 6 },
  { channels: 40, blocks: 2, size: 5, stride: 2, wider: 6 },
  { channels: 80, blocks: 3, size: 3, stride: 2, wider: 6 },
  { channels: 112, blocks: 3, size: 5, stride: 1, wider: 6 },
  { channels: 192, blocks: 4, size: 5, stride: 2, wider: 6 },
  { channels: 320, blocks: 1, size: 3, stride: 1, wider: 6 },
] as const;
const stemChannels = 32;
/** What it learnt with: (grey - 127) / 128 of grey values 0 to 255. */
const [inputFactor, inputOffset] = [255 / 128, -127 / 128];

/** A convolution of the encoder, its name and shape, and how it is computed. */
interface EncoderConvolution extends NormalisedOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

interface EncoderBlock {
  readonly convolutions: readonly EncoderConvolution[];
  /** Halves the sides. */
  readonly isStrided: boolean;
  /** What goes in is added to what comes out. */
  readonly isResidual: boolean;
}

const stem: EncoderConvolution = { name: 'encoder/stem', inputs: 1, outputs: stemChannels, stride: 2, rectifier: 'relu6', isFirst: true };

function encoderBlocks(): readonly EncoderBlock[] {
  let inputs: number = stemChannels;
  let number = 0;
  return stages.flatMap(({ channels, blocks, size, stride: first, wider }) =>
    Array.from({ length: blocks }, (_, index): EncoderBlock => {
      const name = `encoder/block${String(number)}`;
      const stride = index === 0 ? first : 1;
      const inside = inputs * wider;
      const expand = { name: `${name}/expand`, inputs, outputs: inside, size: 1, rectifier: 'relu6' } as const;
      const depthwise = {
        name: `${name}/depthwise`,
        inputs: inside,
        outputs: inside,
        size,
        stride,
        isDepthwise: true,
        rectifier: 'relu6',
      } as const;
      const project = { name: `${name}/project`, inputs: inside, outputs: channels, size: 1, rectifier: 'none' } as const;
      const isResidual = stride === 1 && inputs === channels;
      number += 1;
      inputs = channels;
      return { convolutions: [...(wider === 1 ? [] : [expand]), depthwise, project], isStrided: stride === 2, isResidual };
    }),
  );
}

/** The weights by name, with their shapes: what `pretrained` has to hold. */
export function lite0EncoderWeights(): readonly { readonly name: string; readonly shape: readonly number[] }[] {
  const convolutions = [stem, ...encoderBlocks().flatMap((block) => block.convolutions)];
  return convolutions.flatMap(({ name, inputs, outputs, size = 3, isDepthwise = false }) => [
    { name: `${name}/filter`, shape: [size, size, inputs, isDepthwise ? 1 : outputs] },
    ...['scale', 'offset', 'mean', 'variance'].map((part) => ({ name: `${name}/${part}`, shape: [outputs] })),
  ]);
}

export interface Encoder {
  /** Of the skips, in their order, and of the bottom. */
  readonly channels: { readonly skips: readonly number[]; readonly bottom: number };
  /** Grey images 0..1, whose side is a multiple of 32, to skips of 1/2, 1/4, 1/8 and 1/16 of their side, and the bottom of 1/32. */
  encode(images: Tensor4D, mode: ForwardMode): { readonly skips: readonly Tensor4D[]; readonly bottom: Tensor4D };
}

/**
 * EfficientNet-Lite0 (Liu, 2020; EfficientNet: Tan and Le, 2019) without its classifier: inverted residual blocks with depthwise convolutions, 3 million parameters. Grey is seen by the sum of what the stem's
 * filters see in red, green and blue. A skip is what goes into a block that halves its sides.
 */
export function efficientNetLite0(backend: Backend, table: WeightTable): Encoder {
  const { tf } = backend;
  const layerOf = ({ name, inputs, outputs, ...options }: EncoderConvolution): Layer =>
    normalisedConvolution(backend, table, name, inputs, outputs, options);
  const first = layerOf(stem);
  const blocks = encoderBlocks().map(({ convolutions, ...block }) => ({ ...block, layers: convolutions.map(layerOf) }));
  return {
    channels: {
      skips: stages.flatMap(({ channels }, index) => (stages[index + 1]?.stride === 2 ? [channels] : [])),
      bottom: stages[stages.length - 1]?.channels ?? 0,
    },
    encode: (images, mode) => {
      const skips: Tensor4D[] = [];
      // What one block makes goes before the next begins; what a gradient needs of it is kept by itself.
      let x = tf.tidy(() => first(tf.add<Tensor4D>(tf.mul(images, inputFactor), inputOffset), mode));
      for (const { layers, isStrided, isResidual } of blocks) {
        const made = tf.tidy(() => {
          const residual = layers.reduce((y, layer) => layer(y, mode), x);
          return isResidual ? addResidual(backend, x, residual) : residual;
        });
        if (isStrided) skips.push(x);
        else x.dispose();
        x = made;
      }
      return { skips, bottom: x };
    },
  };
}
