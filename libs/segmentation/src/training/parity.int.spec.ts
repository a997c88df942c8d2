import { describeError } from '@mammoline/kernel';
import { expect, test, vi } from 'vitest';
import type { Backend } from '../backend/backend.ts';
import { openBackend, type BackendPreference } from '../backend/open-backend.ts';
import type { Tensor4D } from '../backend/tensorflow.ts';
import { createNetwork } from '../networks/create-network.ts';
import { createRandom } from '../random/create-random.ts';
import { trainOnBatch } from './train-on-batch.ts';

/** Of 32 pixels one is left at the bottom, and the normalisation of a batch of so few turns roundings into signs. */
const side = 64;
const steps = 5;

/** A disc in noise, the same on every backend. */
function batchOn({ tf }: Backend): { readonly images: Tensor4D; readonly truth: Tensor4D } {
  const random = createRandom('parity');
  const isIn = (at: number): boolean => Math.hypot((at % side) - 12, (Math.floor(at / side) % side) - 18) < 6;
  const truth = Float32Array.from({ length: 2 * side * side }, (_, at) => (isIn(at) ? 1 : 0));
  const images = truth.map((marked) => 0.3 + 0.3 * marked + 0.3 * random.uniform());
  const shape: [number, number, number, number] = [2, side, side, 1];
  return { images: tf.tensor4d(images, shape), truth: tf.tensor4d(truth, shape) };
}

/** Losses of plain gradient descent, whose steps are as long as the gradients: Adam's would hide how long those are. */
async function lossesOn(backend: Backend): Promise<readonly number[]> {
  const { tf } = backend;
  const network = createNetwork(backend, 'unet-compact', { seed: 3 });
  const batch = batchOn(backend);
  const descend = {
    apply: (gradients: Readonly<Record<string, ReturnType<typeof tf.zeros>>>, rate: number): void => {
      for (const weight of network.trainable) {
        const gradient = gradients[weight.name] ?? expect.unreachable(`no gradient of ${weight.name}`);
        tf.tidy(() => {
          weight.assign(tf.sub(weight, tf.mul(gradient, rate)));
        });
      }
    },
  };
  const losses: number[] = [];
  for (let seed = 0; seed < steps; seed += 1)
    losses.push(await trainOnBatch(network, descend, batch, { loss: 'bce+dice', learningRate: 0.1, seed }));
  tf.dispose([batch.images, batch.truth]);
  network.dispose();
  return losses;
}

// oneDNN rounds otherwise, and one rectifier that flips for it is percent of a gradient: what is compared here are this project's kernels.
vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
const expected = await lossesOn(await openBackend('native'));

// The native library comes first above: backends change the process's TensorFlow.
test.each<BackendPreference>(['cuda', 'wasm', 'webgpu'])('%s trains as the native library does', async (preference) => {
  let backend: Backend;
  try {
    backend = await openBackend(preference);
  } catch (error) {
    // Machines without a GPU have neither of them; WebAssembly is everywhere.
    if (preference === 'wasm') throw error;
    console.log(`skipped: ${preference} can't be had here: ${describeError(error)}`);
    return;
  }
  const losses = await lossesOn(backend);
  expect(expected.at(-1)).toBeLessThan(0.97 * (expected[0] ?? 0));
  for (const [step, loss] of losses.entries()) expect(Math.abs(loss - (expected[step] ?? Number.NaN))).toBeLessThan(1e-3);
});
