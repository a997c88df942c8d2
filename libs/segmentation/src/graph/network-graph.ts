import type { NamedArray } from '../weights/named-arrays.ts';

/** What a network computes, as the few operations that other runtimes have too. Values are [batch, rows, columns, channels]. */
export interface NetworkGraph {
  /** Side of the square, grey images 0..1 that go in: value 0. */
  readonly side: number;
  /** In an order in which each can be computed; the last one gives the probabilities. */
  readonly nodes: readonly GraphNode[];
}

export interface GraphNode {
  /** Of the value that it makes; no two nodes share one, and none is {@link inputId}. */
  readonly id: number;
  readonly inputs: readonly number[];
  readonly channels: number;
  readonly operation: GraphOperation;
}

/** The id of the images. */
export const inputId = 0;

export type GraphOperation =
  /**
   * A convolution that divides the sides by its stride (zeros outside, where the margin is odd one more below and right), with a filter [rows, columns, inputs, outputs].
   */
  | { readonly kind: 'convolve'; readonly filter: NamedArray; readonly bias: Float32Array | undefined; readonly stride: number }
  /** The same of each channel by itself, with a filter [rows, columns, channels, 1]. */
  | { readonly kind: 'convolve-depthwise'; readonly filter: NamedArray; readonly bias: Float32Array | undefined; readonly stride: number }
  /**
   * A transposed convolution that multiplies the sides by its stride, with a filter [rows, columns, outputs, inputs]. What it makes too much is cut off as
   * TensorFlow's SAME does: half of it above and left, rounded down, the rest below and right.
   */
  | { readonly kind: 'convolve-up'; readonly filter: NamedArray; readonly bias: Float32Array | undefined; readonly stride: number }
  /** The largest of each square of `size` pixels a side, next to each other. */
  | { readonly kind: 'pool'; readonly size: number }
  /** max(0, x), and where there is a limit no more than that. */
  | { readonly kind: 'rectify'; readonly limit: number | undefined }
  | { readonly kind: 'sigmoid' }
  /** The sum of two values. */
  | { readonly kind: 'add' }
  /** All inputs' channels, one input after the other. */
  | { readonly kind: 'concatenate' };
