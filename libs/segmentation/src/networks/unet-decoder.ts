import type { Backend } from '../backend/backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { joinChannels } from '../operations/join-channels.ts';
import { convolutionPair, upConvolution } from './layers.ts';
import type { ForwardMode } from './network.ts';
import type { WeightTable } from './weight-table.ts';

/** A block of a decoder: doubles the sides, joins the skip of that size, convolves twice. */
export interface DecoderBlock {
  readonly name: string;
  readonly inputs: number;
  readonly skip: number;
  readonly outputs: number;
}

/** From the bottom up. @param skips the last is joined first. They and the bottom are freed on the way. */
export type Decoder = (bottom: Tensor4D, skips: readonly Tensor4D[], mode: ForwardMode) => Tensor4D;

/** A U-Net's way back up (Ronneberger et al., 2015), with batch normalisation and transposed convolutions 2x2. */
export function unetDecoder(backend: Backend, table: WeightTable, blocks: readonly DecoderBlock[]): Decoder {
  const { tf } = backend;
  const layers = blocks.map(({ name, inputs, skip, outputs }) => ({
    up: upConvolution(backend, table, `${name}/up`, 2, inputs, outputs),
    join: convolutionPair(backend, table, name, outputs + skip, outputs),
  }));
  return (bottom, skips, mode) =>
    layers.reduce((x, { up, join }, index) => {
      const skip = skips.slice(skips.length - 1 - index, skips.length - index);
      const joined = tf.tidy(() => join(joinChannels(backend, [up(x, mode), ...skip]), mode));
      tf.dispose([x, ...skip]);
      return joined;
    }, bottom);
}
