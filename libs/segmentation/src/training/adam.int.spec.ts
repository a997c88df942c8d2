import { afterAll, expect, it } from 'vitest';
import { openBackend } from '../backend/open-backend.ts';
import type { Tensor } from '../backend/tensorflow.ts';
import { createRandom } from '../random/create-random.ts';
import { createAdam } from './adam.ts';

const backend = await openBackend();
const { tf } = backend;
const random = createRandom('adam');
/** The second is a group of its own, and those around it are two. */
const sizes = { small: 3, large: 2 ** 20, after: 5, last: 7 };
const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
const starts = new Map(Object.entries(sizes).map(([name, size]) => [name, draw(size)]));
const drawnGradients = [1, 2, 3].map(() => new Map(Object.entries(sizes).map(([name, size]) => [name, draw(size)])));
const weights = new Map([...starts].map(([name, values]) => [name, tf.tidy(() => tf.variable(tf.tensor1d(values)))]));
weights.set(
  'frozen',
  tf.tidy(() => tf.variable(tf.tensor1d([1]), false)),
);
afterAll(() => tf.dispose([...weights.values()]));

/** The weight after a step of the rate .01, .02, .03 ... with each gradient: Kingma and Ba, 2015, for one number. */
function movedNumber(start: number, gradients: readonly number[]): number {
  let [weight, first, second] = [start, 0, 0];
  for (const [index, gradient] of gradients.entries()) {
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient ** 2;
    const [unbiasedFirst, unbiasedSecond] = [first / (1 - 0.9 ** (index + 1)), second / (1 - 0.999 ** (index + 1))];
    weight -= (0.01 * (index + 1) * unbiasedFirst) / (Math.sqrt(unbiasedSecond) + 1e-7);
  }
  return weight;
}

it('moves weights of all sizes as the formula has it, also where it goes on from saved moments, and keeps no tensor', async () => {
  const before = tf.memory().numTensors;
  let adam = createAdam({ backend, weights }, undefined, 0);
  for (const [index, drawn] of drawnGradients.entries()) {
    tf.tidy(() => {
      const gradients: Record<string, Tensor> = {};
      for (const [name, values] of drawn) gradients[weights.get(name)?.name ?? ''] = tf.tensor1d(values);
      adam.apply(gradients, 0.01 * (index + 1));
    });
    const moments = await adam.readMoments();
    expect([...moments.keys()].sort()).toEqual(
      Object.keys(sizes)
        .flatMap((name) => [`first/${name}`, `second/${name}`])
        .sort(),
    );
    adam.dispose();
    adam = createAdam({ backend, weights }, moments, index + 1);
  }
  adam.dispose();
  expect(tf.memory().numTensors).toBe(before);

  for (const [name, start] of starts) {
    const found = await (weights.get(name) ?? expect.unreachable()).data();
    for (const at of [0, 1, 2, start.length - 1]) {
      const gradients = drawnGradients.map((drawn) => drawn.get(name)?.[at] ?? Number.NaN);
      expect(found[at], `${name} ${String(at)}`).toBeCloseTo(movedNumber(start[at] ?? Number.NaN, gradients), 5);
    }
  }
  expect([...(await (weights.get('frozen') ?? expect.unreachable()).data())]).toEqual([1]);
});

it('refuses the state of another network', async () => {
  const adam = createAdam({ backend, weights }, undefined, 0);
  const moments = new Map(await adam.readMoments());
  adam.dispose();
  moments.set('second/last', { shape: [6], values: new Float32Array(6) });
  expect(() => createAdam({ backend, weights }, moments, 1)).toThrow(/lacks second\/last of 7 values/);
});
