import { bug, invalid } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import type { Rank, ShapeMap, Tensor1D, Tensor4D, Variable } from '../backend/tensorflow.ts';
import { createRandom } from '../random/create-random.ts';
import type { NamedArrays } from '../weights/named-arrays.ts';

/** Where a network's weights come from: all of them out of a file, or drawn from a seed where nobody gives them. */
export interface WeightSource {
  readonly seed?: number;
  /** All weights. */
  readonly arrays?: NamedArrays | undefined;
  /** Some weights that were learnt on other images; the network says whether training changes them. */
  readonly pretrained?: NamedArrays | undefined;
  /** The weights do not change any more: what layers make of them is made once. Such a network can't be trained. */
  readonly isFinal?: boolean;
}

/** The weights of a network while it is built: each is declared once, by name, in order. */
export interface WeightTable {
  readonly weights: ReadonlyMap<string, Variable>;
  /** A filter [rows, columns, inputs, outputs], drawn by He's rule for `fanIn` inputs (rectifiers follow). */
  filter(name: string, shape: readonly [number, number, number, number], fanIn: number): () => Tensor4D;
  /** One value a channel. */
  channels(name: string, length: number, initial: number, options?: { readonly isTrained: boolean }): ChannelWeights;
  /** A filter and a bias that a layer makes of its weights: made anew at each use, or once where the weights are final. */
  derive(make: () => Folded): () => Folded;
  dispose(): void;
}

/** Weights that became others, such as a filter with the normalisation that follows it. */
export interface Folded {
  readonly filter: Tensor4D;
  readonly bias: Tensor1D;
}

export interface ChannelWeights {
  read(): Tensor1D;
  assign(value: Tensor1D): void;
}

/**
 * @param trainsPretrained false: training leaves the weights that are `pretrained` as they are
 * @throws Failure invalid where the file's weights are not this network's
 */
export function createWeightTable({ tf }: Backend, source: WeightSource, { trainsPretrained = false } = {}): WeightTable {
  const weights = new Map<string, Variable>();
  const declare = <R extends Rank>(name: string, shape: ShapeMap[R], isTrained: boolean, draw: () => Float32Array): Variable<R> => {
    if (weights.has(name)) throw bug(`the weight ${name} is declared twice`);
    const given = source.arrays ?? (source.pretrained?.has(name) === true ? source.pretrained : undefined);
    const values = given === undefined ? draw() : valuesOf(given, name, shape);
    // The variable holds the values itself; the tensor they came in must go.
    const isFixed = source.pretrained?.has(name) === true && !trainsPretrained;
    const variable = tf.tidy(() => tf.variable(tf.tensor<R>(values, shape), isTrained && !isFixed));
    weights.set(name, variable);
    return variable;
  };
  const kept: Folded[] = [];
  return {
    weights,
    derive: (make) => {
      if (source.isFinal !== true) return make;
      let made: Folded | undefined;
      return () => {
        if (made === undefined) {
          const folded = make();
          made = { filter: tf.keep(folded.filter), bias: tf.keep(folded.bias) };
          kept.push(made);
        }
        return made;
      };
    },
    dispose: () => {
      tf.dispose([...weights.values()]);
      for (const { filter, bias } of kept.splice(0)) tf.dispose([filter, bias]);
    },
    filter: (name, shape, fanIn) => {
      const variable = declare<Rank.R4>(name, [...shape], true, () => drawFilter(source.seed ?? 0, name, shape, fanIn));
      return () => variable;
    },
    channels: (name, length, initial, options = { isTrained: true }) => {
      const variable = declare<Rank.R1>(name, [length], options.isTrained, () => new Float32Array(length).fill(initial));
      return {
        read: () => variable,
        assign: (value) => {
          variable.assign(value);
        },
      };
    },
  };
}

function drawFilter(seed: number, name: string, shape: readonly number[], fanIn: number): Float32Array {
  const random = createRandom('weights', seed, name);
  const deviation = Math.sqrt(2 / fanIn);
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (let index = 0; index < values.length; index += 1) values[index] = deviation * random.normal();
  return values;
}

function valuesOf(arrays: NamedArrays, name: string, shape: readonly number[]): Float32Array {
  const found = arrays.get(name);
  if (found?.shape.join('x') !== shape.join('x')) {
    throw invalid(`weight ${name}: found ${found === undefined ? 'none' : found.shape.join(' x ')}, expected ${shape.join(' x ')}`);
  }
  return found.values;
}
