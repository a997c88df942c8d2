import { bug } from '@mammoline/kernel';
import type { Tensor, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

/** What a forward pass made, what its gradient needs, and the gradient: one tensor for each input. */
export interface ForwardResult {
  readonly value: Tensor4D;
  readonly saved: Tensor[];
  readonly gradient: (dy: Tensor4D, saved: readonly Tensor[]) => Tensor[];
}

/** TensorFlow.js's customGrad, typed. Whatever the forward pass makes and does not save is freed at its end. */
export function withGradient(tf: TensorFlow, inputs: Tensor[], forward: () => ForwardResult): Tensor4D {
  const operation = tf.customGrad<Tensor4D>((...parameters) => {
    const save = parameters.at(-1);
    if (typeof save !== 'function') throw bug('customGrad handed over no function to save tensors with');
    const { value, saved, gradient } = forward();
    save(saved);
    return { value, gradFunc: gradient };
  });
  return operation(...inputs);
}

/** The tensor at the place. @throws Failure bug where there is none: an operation gave fewer outputs than it has */
export function tensorAt(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw bug(`found ${tensors.length} tensors, expected one at ${index}`);
  return tensor;
}
