import type { Tensor1D, Tensor4D } from '../backend/tensorflow.ts';

/** Statistics of a batch over all but the last axis. */
export interface BatchStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/**
 * The operations that backends do differently. All have gradients; equal inputs give equal results up to rounding (specified).
 * Tensors are NHWC.
 */
export interface Kernels {
  /**
   * Batch normalisation with the batch's own statistics (biased variance to normalise, Bessel's correction in what is handed out).
   * @param onStatistics called once, in the forward pass; the tensors are valid only during the call
   */
  normaliseBatch(x: Tensor4D, scale: Tensor1D, offset: Tensor1D, onStatistics: (statistics: BatchStatistics) => void): Tensor4D;
  rectify(x: Tensor4D): Tensor4D;
  /** max(0, x + bias); keeps one tensor for the gradient. */
  addBiasAndRectify(x: Tensor4D, bias: Tensor1D): Tensor4D;
  /** Zeroes a share of the values and scales the others up; the same values for the same seed. */
  dropOut(x: Tensor4D, rate: number, seed: number): Tensor4D;
}

/** Added to the variance, as Keras does. */
export const normalisationEpsilon = 1e-3;
