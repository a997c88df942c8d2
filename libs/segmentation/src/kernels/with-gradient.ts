import { bug } from '@mammoline/kernel';
import type { Tensor, Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

/** What a forward pass made, what its gradient needs, and the gradient: one tensor for each input. */
export interface ForwardResult {
  readonly value: Tensor4D;
  readonly saved: Tensor[];
  readonly gradient: (dy: Tensor4D, saved: readonly Tensor[]) => Tensor[];
}

/**
 * TensorFlow.js's customGrad, typed. Whatever the forward pass makes and does not save is freed at its end; what it saved, and the gradient by its output, as soon as the gradients
 * by its inputs are there. TensorFlow.js by itself keeps both to the end of the backward pass, where they are half of a step's memory. The backward pass asks for each gradient once, after all that used
 * the output have been asked, so nobody needs them any more.
 */
export function withGradient(tf: TensorFlow, inputs: Tensor[], forward: () => ForwardResult): Tensor4D {
  const operation = tf.customGrad<Tensor4D>((...parameters) => {
    const save = parameters.at(-1);
    if (typeof save !== 'function') throw bug('customGrad handed over no function to save tensors with');
    const { value, saved, gradient } = forward();
    save(saved);
    const gradFunc = (dy: Tensor4D, kept: Tensor[]): Tensor[] => {
      const gradients = tf.tidy(() => gradient(dy, kept));
      tf.dispose([dy, ...kept]);
      return gradients;
    };
    return { value, gradFunc };
  });
  return operation(...inputs);
}

/** Runs an operation that nothing trained goes into, so that the tape keeps nothing of it. */
export function withoutGradient(tf: TensorFlow, x: Tensor4D, forward: (x: Tensor4D) => Tensor4D): Tensor4D {
  return tf.customGrad<Tensor4D>(() => ({
    value: forward(x),
    gradFunc: () => {
      throw bug('a gradient is asked for of what is not trained');
    },
  }))(x);
}

/** The tensor at the place. @throws Failure bug where there is none: an operation gave fewer outputs than it has */
export function tensorAt(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw bug(`found ${tensors.length} tensors, expected one at ${index}`);
  return tensor;
}
