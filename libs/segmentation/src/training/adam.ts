import { bug, invalid } from '@mammoline/kernel';
import type { Tensor, Variable } from '../backend/tensorflow.ts';
import type { Network } from '../networks/network.ts';
import type { NamedArray, NamedArrays } from '../weights/named-arrays.ts';

/** Adam (Kingma and Ba, 2015), with a state that can be saved: TensorFlow.js's own keeps its to itself. */
export interface Adam {
  /** Moves the weights by one step. The gradients are the caller's to dispose. */
  apply(gradients: Readonly<Record<string, Tensor>>, learningRate: number): void;
  /** Both moments of every weight. The count of steps is the caller's. */
  readMoments(): Promise<NamedArrays>;
  dispose(): void;
}

const firstDecay = 0.9;
const secondDecay = 0.999;
const epsilon = 1e-7;

interface Slot {
  readonly name: string;
  readonly weight: Variable;
  readonly first: Variable;
  readonly second: Variable;
}

/** @param state of a run to go on with, after `stepsDone` steps @throws Failure invalid where the state is another network's */
export function createAdam(network: Network, state: NamedArrays | undefined, stepsDone: number): Adam {
  const { tf } = network.backend;
  let steps = stepsDone;
  const momentOf = (prefix: string, name: string, weight: Variable): Variable => {
    const saved = state?.get(`${prefix}/${name}`);
    if (state !== undefined && saved?.values.length !== weight.size)
      throw invalid(`the optimizer's state lacks ${prefix}/${name} of ${weight.size} values`);
    return tf.tidy(() => tf.variable(saved === undefined ? tf.zerosLike(weight) : tf.tensor(saved.values, weight.shape), false));
  };
  const slots: Slot[] = [...network.weights]
    .filter(([, weight]) => weight.trainable)
    .map(([name, weight]) => ({ name, weight, first: momentOf('first', name, weight), second: momentOf('second', name, weight) }));
  return {
    apply: (gradients, learningRate) => {
      steps += 1;
      const rate = (learningRate * Math.sqrt(1 - secondDecay ** steps)) / (1 - firstDecay ** steps);
      for (const { name, weight, first, second } of slots) {
        const gradient = gradients[weight.name];
        if (gradient === undefined) throw bug(`the weight ${name} has no gradient`);
        tf.tidy(() => {
          first.assign(tf.add(first, tf.mul(tf.sub(gradient, first), 1 - firstDecay)));
          second.assign(tf.add(second, tf.mul(tf.sub(tf.square(gradient), second), 1 - secondDecay)));
          weight.assign(tf.sub(weight, tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon))));
        });
      }
    },
    readMoments: async () => {
      const arrays = new Map<string, NamedArray>();
      for (const { name, first, second } of slots) {
        arrays.set(`first/${name}`, { shape: first.shape, values: Float32Array.from(await first.data<'float32'>()) });
        arrays.set(`second/${name}`, { shape: second.shape, values: Float32Array.from(await second.data<'float32'>()) });
      }
      return arrays;
    },
    dispose: () => {
      for (const { first, second } of slots) tf.dispose([first, second]);
    },
  };
}
