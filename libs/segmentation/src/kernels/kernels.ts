import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../backend/tensorflow.ts';

/** max(0, x), or `relu6`: min(6, max(0, x)). */
export type Rectifier = 'relu' | 'relu6';

/** Statistics of a batch over all but the last axis. */
export interface BatchStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/**
 * The operations that backends do differently. Equal inputs give equal results up to rounding (specified). Tensors are NHWC.
 */
export interface Kernels {
  /**
   * Batch normalisation with the batch's own statistics (biased variance). Has a gradient.
   * @param running what a network that predicts will normalise with
   * @param onRunning called once, in the forward pass, with what follows: `runningShare` of `running`, the rest of the batch's (Bessel's correction); the tensors are valid only during the call
   */
  normaliseBatch(
    x: Tensor4D,
    scale: Tensor1D,
    offset: Tensor1D,
    running: BatchStatistics,
    onRunning: (statistics: BatchStatistics) => void,
  ): Tensor4D;
  /** The same and max(0, x) of it, where a backend has both in one operation. */
  readonly normaliseAndRectify: Kernels['normaliseBatch'] | undefined;
  /** x + bias, without a gradient of its own. */
  addBias(x: Tensor4D, bias: Tensor1D): Tensor4D;
  /** The gradient of addBias by the bias: the sum over all but the last axis. */
  biasGradient(dy: Tensor4D): Tensor1D;
  /** The gradient of a rectifier by its input: dy where its output y is above 0, and of `relu6` below 6. */
  rectifierGradient(dy: Tensor4D, y: Tensor, rectifier: Rectifier): Tensor4D;
  /** The largest value of each 2x2 pixels. Has a gradient. */
  poolLargest(x: Tensor4D): Tensor4D;
  /** Uniform in [0, 1), the same values for the same seed. */
  drawUniform(shape: readonly number[], seed: number): Tensor;
  /**
   * Resamples images bilinearly, 0 outside of them.
   * @param matrices [images, 8]: an output's pixel (x, y) is taken from (a0 x + a1 y + a2, a3 x + a4 y + a5) of its input; a6 and a7 are 0
   * @param sidePx of the square outputs
   */
  transformImages(images: Tensor4D, matrices: Tensor2D, sidePx: number): Tensor4D;
}

/** Share of the old running statistics that a step keeps: a run has few steps. */
export const runningShare = 0.9;

/** Added to the variance, as Keras does. */
export const normalisationEpsilon = 1e-3;
