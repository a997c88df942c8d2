import type * as tensorflow from '@tensorflow/tfjs';

/** TensorFlow.js as a value, and the types of what it computes with: the one door to them, since the package's types are those of CommonJS. */
export type TensorFlow = typeof tensorflow.default;
export type { Tensor, Tensor1D, Tensor2D, Tensor4D, Scalar, Variable, Rank, ShapeMap } from '@tensorflow/tfjs';
