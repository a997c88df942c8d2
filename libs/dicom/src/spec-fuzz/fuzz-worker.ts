import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { defaultDicomLimits } from '../dicom-limits.ts';
import { mutateDicom } from './mutate-dicom.ts';
import { createRandom } from './random.ts';
import type { FuzzTask } from './run-fuzz.ts';
import { tryFile } from './try-file.ts';

// The program of a worker thread: one case after the other, each told before it is tried.
const { corpus, seed, from, to, current } = workerData as FuzzTask;
const progress = new Int32Array(current);
let outcomes: Record<string, number> = {};
for (let index = from; index < to; index += 1) {
  Atomics.store(progress, 0, index);
  const bytes = mutateDicom(corpus, createRandom(seed + index));
  try {
    const outcome = tryFile(bytes, defaultDicomLimits);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  } catch (error) {
    parentPort?.postMessage({ index, error: inspect(error) });
  }
  if (Atomics.load(progress, 1) === 1) break;
  if (index % 100 !== 0) continue;
  // By and by: a thread that hangs later is ended without a word.
  parentPort?.postMessage({ outcomes });
  outcomes = {};
  // What codecs leave behind is collected between two turns of the event loop, which services have between two files.
  await nextTurn();
}
parentPort?.postMessage({ outcomes });
