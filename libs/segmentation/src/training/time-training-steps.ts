import { setTimeout as pause } from 'node:timers/promises';
import type { Network } from '../networks/network.ts';
import { createRandom } from '../random/create-random.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { Example } from '../augmentation/example.ts';
import { createAdam } from './adam.ts';
import { drawBatches } from './draw-batches.ts';
import { examplesToTensors } from './examples-to-tensors.ts';
import { trainOnBatch } from './train-on-batch.ts';
import { squareSidePx } from './training-options.ts';
import { trainingStep } from './training-step.ts';

export interface StepTime {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly loss: number;
}

/** What is timed: steps on one batch over and over, or steps as a run takes them (examples drawn, augmented, brought to the backend). */
type TimedWork = 'bare' | 'whole';

/** Trains on images of noise with a square in each, and takes the time of each step; for benchmarks. */
export async function timeTrainingSteps(
  network: Network,
  recipe: Recipe,
  { work, steps }: { readonly work: TimedWork; readonly steps: number },
): Promise<readonly StepTime[]> {
  const { tf } = network.backend;
  const examples = noiseWithSquares(recipe.imageSize, recipe.batchSize);
  const fixed = examplesToTensors(tf, examples);
  const adam = createAdam(network, undefined, 0);
  const options = { loss: recipe.loss, examplesAtOnce: recipe.examplesAtOnce, learningRate: 1e-4, sidePx: squareSidePx(recipe) };
  const times: StepTime[] = [];
  const steplike = {
    bare: (seed: number) => trainOnBatch(network, adam, fixed, { ...options, seed }),
    whole: async (seed: number) => {
      let last = Number.NaN;
      for (const drawn of drawBatches({ ...recipe, seed: 1 }, examples, seed))
        last = await trainingStep(network, adam, drawn, { ...options, seed });
      return last;
    },
  } as const satisfies Record<TimedWork, (seed: number) => Promise<number>>;
  for (let step = 0; step < steps; step += 1) {
    await pause(0);
    const startedMs = performance.now();
    const startedCpu = process.cpuUsage();
    const loss = await steplike[work](step);
    const { user, system } = process.cpuUsage(startedCpu);
    times.push({ wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1000, loss });
  }
  adam.dispose();
  tf.dispose([fixed.images, fixed.truth]);
  return times;
}

function noiseWithSquares(side: number, count: number): readonly Example[] {
  const random = createRandom('benchmark');
  return Array.from({ length: count }, () => {
    const corner = Math.floor((side / 2) * random.uniform());
    const isMarked = (at: number): boolean =>
      Math.floor(at / side / 16) === Math.floor(corner / 16) && Math.floor((at % side) / 16) === Math.floor(corner / 16);
    const mask = Uint8Array.from({ length: side * side }, (_, at) => (isMarked(at) ? 1 : 0));
    const image = mask.map((marked) => 60 + 60 * marked + random.integer(80));
    return { image: { rows: side, columns: side, data: image }, mask: { rows: side, columns: side, data: mask } };
  });
}
