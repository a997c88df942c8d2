import { createRandom } from '../random/create-random.ts';
import type { Network } from '../networks/network.ts';
import { createAdam } from './adam.ts';
import { trainingStep } from './training-step.ts';

export interface StepTime {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly loss: number;
}

/** Trains on one batch of noise with a square in each image, over and over, and takes the time; for benchmarks. */
export async function timeTrainingSteps(
  network: Network,
  { side, batch, steps }: { readonly side: number; readonly batch: number; readonly steps: number },
): Promise<readonly StepTime[]> {
  const random = createRandom('benchmark');
  const examples = Array.from({ length: batch }, () => {
    const corner = Math.floor((side / 2) * random.uniform());
    const isMarked = (at: number): boolean =>
      Math.floor(at / side / 16) === Math.floor(corner / 16) && Math.floor((at % side) / 16) === Math.floor(corner / 16);
    const mask = Uint8Array.from({ length: side * side }, (_, at) => (isMarked(at) ? 1 : 0));
    const image = mask.map((marked) => 60 + 60 * marked + random.integer(80));
    return { image: { rows: side, columns: side, data: image }, mask: { rows: side, columns: side, data: mask } };
  });
  const adam = createAdam(network, undefined, 0);
  const times: StepTime[] = [];
  for (let step = 0; step < steps; step += 1) {
    const startedMs = performance.now();
    const startedCpu = process.cpuUsage();
    const loss = await trainingStep(network, adam, examples, { loss: 'bce+dice', learningRate: 1e-4, seed: step, side });
    const { user, system } = process.cpuUsage(startedCpu);
    times.push({ wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1000, loss });
  }
  adam.dispose();
  return times;
}
