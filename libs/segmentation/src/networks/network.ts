import type { Backend } from '../backend/backend.ts';
import type { Tensor4D, Variable } from '../backend/tensorflow.ts';

export const networkNames = ['unet-compact', 'vgg16-unet', 'lite0-unet'] as const;
export type NetworkName = (typeof networkNames)[number];

/**
 * What becomes of an image's grey values, 0 to 1, before the first layer: `unit` takes them as they are, `imagenet` as Keras' VGG16 was trained: 0 to 255, less ImageNet's mean of each channel (blue, green,
 * red; with grey all three are equal before that).
 */
export const inputNames = ['unit', 'imagenet'] as const;
export type InputName = (typeof inputNames)[number];

/** How a network runs forward. */
export interface ForwardMode {
  /** True: statistics of the batch, which also move the running ones, and dropout. */
  readonly isTraining: boolean;
  /** Seed of the dropout of this step. */
  readonly seed: number;
}

export const inference: ForwardMode = { isTraining: false, seed: 0 };

/** A fully convolutional network over square grey images. */
export interface Network {
  readonly name: NetworkName;
  readonly input: InputName;
  readonly backend: Backend;
  /** All weights by name, in a fixed order: trainable ones and running statistics. */
  readonly weights: ReadonlyMap<string, Variable>;
  readonly trainable: readonly Variable[];
  /** Images [batch, side, side, 1] in 0..1 to logits of the same shape; the side is a multiple of 32. */
  forward(images: Tensor4D, mode: ForwardMode): Tensor4D;
  dispose(): void;
}

/** Numbers in a network, trainable or not. */
export function countParameters({ weights }: Network): number {
  return [...weights.values()].reduce((sum, { size }) => sum + size, 0);
}
