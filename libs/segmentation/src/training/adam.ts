import { bug, invalid } from '@mammoline/kernel';
import type { Rank, Tensor, Tensor1D, Variable } from '../backend/tensorflow.ts';
import { tensorAt } from '../kernels/with-gradient.ts';
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

/** Values of a group at the most, where it has more than one weight: what is computed with should stay in the processor's caches, and memory small. */
const groupedValues = 2 ** 20;

/** Weights that are moved at once: their moments lie behind one another. A dozen operations on each of two hundred small weights take longer than what they compute. */
interface Group {
  readonly members: readonly Member[];
  readonly first: Variable<Rank.R1>;
  readonly second: Variable<Rank.R1>;
}

type Trained = Pick<Network, 'backend' | 'weights'>;

interface Member {
  readonly name: string;
  readonly weight: Variable;
  /** Where it begins in its group. */
  readonly start: number;
}

/** @param state of a run to go on with, after `stepsDone` steps @throws Failure invalid where the state is another network's */
export function createAdam(network: Trained, state: NamedArrays | undefined, stepsDone: number): Adam {
  const { tf } = network.backend;
  let steps = stepsDone;
  const momentsOf = (prefix: string, members: readonly Member[]): Variable<Rank.R1> => {
    const values = new Float32Array(members.reduce((sum, { weight }) => sum + weight.size, 0));
    if (state !== undefined) {
      for (const { name, weight, start } of members) {
        const saved = state.get(`${prefix}/${name}`);
        if (saved?.values.length !== weight.size) throw invalid(`the optimizer's state lacks ${prefix}/${name} of ${weight.size} values`);
        values.set(saved.values, start);
      }
    }
    return tf.tidy(() => tf.variable(tf.tensor1d(values), false));
  };
  const groups = groupWeights(network).map((members): Group => ({
    members,
    first: momentsOf('first', members),
    second: momentsOf('second', members),
  }));
  return {
    apply: (gradients, learningRate) => {
      steps += 1;
      const rate = (learningRate * Math.sqrt(1 - secondDecay ** steps)) / (1 - firstDecay ** steps);
      const gradientOf = ({ name, weight }: Member): Tensor1D => {
        const gradient = gradients[weight.name];
        if (gradient === undefined) throw bug(`the weight ${name} has no gradient`);
        return tf.reshape<Rank.R1>(gradient, [weight.size]);
      };
      for (const { members, first, second } of groups) {
        tf.tidy(() => {
          const gradient = tf.concat(members.map(gradientOf));
          first.assign(tf.add(first, tf.mul(tf.sub(gradient, first), 1 - firstDecay)));
          second.assign(tf.add(second, tf.mul(tf.sub(tf.square(gradient), second), 1 - secondDecay)));
          const change = tf.div<Tensor1D>(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon));
          const changes = tf.split(
            change,
            members.map(({ weight }) => weight.size),
          );
          for (const [index, { weight }] of members.entries())
            weight.assign(tf.sub(weight, tf.reshape(tensorAt(changes, index), weight.shape)));
        });
      }
    },
    readMoments: async () => {
      const arrays = new Map<string, NamedArray>();
      for (const { members, first, second } of groups) {
        for (const [prefix, moments] of Object.entries({ first, second })) {
          const values = Float32Array.from(await moments.data<'float32'>());
          for (const { name, weight, start } of members)
            arrays.set(`${prefix}/${name}`, { shape: weight.shape, values: values.subarray(start, start + weight.size) });
        }
      }
      return arrays;
    },
    dispose: () => {
      for (const { first, second } of groups) tf.dispose([first, second]);
    },
  };
}

function groupWeights({ weights }: Trained): readonly (readonly Member[])[] {
  const groups: Member[][] = [];
  let size = Infinity;
  for (const [name, weight] of weights) {
    if (!weight.trainable) continue;
    if (size + weight.size > groupedValues) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push({ name, weight, start: size });
    size += weight.size;
  }
  return groups;
}
