import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { buildCorpus } from './build-corpus.ts';
import { mutateDicom } from './mutate-dicom.ts';
import { createRandom } from './random.ts';

export interface FuzzTask {
  readonly corpus: readonly Uint8Array[];
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** The case at work, and 1 to end after it. */
  readonly current: SharedArrayBuffer;
}

export interface FuzzFinding {
  readonly index: number;
  readonly what: string;
  /** The file that did it. */
  readonly bytes: Uint8Array;
}

export interface FuzzReport {
  readonly cases: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly findings: readonly FuzzFinding[];
  /** Of the process, after a tenth of the cases and at the end. */
  readonly rssBytes: readonly [number, number];
}

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** Ends early, between two cases. */
  readonly maxMs: number;
  readonly conformanceDirectory: string;
  readonly onProgress?: (cases: number, findings: number) => void;
}

/** Of processor time, so that a busy machine finds no hang where there is none. */
const maxCaseCpuMs = 2000;

/**
 * Reads damaged files in a worker thread, and looks on: what is neither read nor refused, what ends the thread and what takes longer than two seconds
 * is a finding, after which a new thread goes on behind it.
 */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { cases, seed, maxMs } = options;
  const corpus = await buildCorpus(options.conformanceDirectory);
  const findings: FuzzFinding[] = [];
  const found = (index: number, what: string): void => {
    findings.push({ index, what, bytes: mutateDicom(corpus, createRandom(seed + index)) });
  };
  const outcomes: Record<string, number> = {};
  const started = performance.now();
  let warmRssBytes: number | undefined;
  let next = 0;
  /** A case that was slow among others, tried once more by itself: on a busy machine, right after a codec was loaded, one may be slow and no hang. */
  let suspected: number | undefined;
  while (next < cases && performance.now() - started < maxMs) {
    const current = new SharedArrayBuffer(8);
    const progress = new Int32Array(current);
    progress[0] = next;
    const worker = new Worker(new URL('fuzz-worker.ts', import.meta.url), {
      workerData: { corpus, seed, from: next, to: suspected === undefined ? cases : next + 1, current },
    });
    const told: Record<string, number>[] = [];
    worker.on('message', (message: { index?: number; error?: string; outcomes?: Record<string, number> }) => {
      if (message.index !== undefined) found(message.index, message.error ?? '');
      if (message.outcomes !== undefined) told.push(message.outcomes);
    });
    worker.on('error', (error) => {
      found(Atomics.load(progress, 0), `ended the thread: ${String(error)}`);
    });
    const exited = once(worker, 'exit').then(
      () => 'exited' as const,
      () => 'exited' as const,
    );
    let isSlow = false;
    let last = -1;
    let since = process.cpuUsage();
    for (;;) {
      if ((await Promise.race([exited, delay(200)])) === 'exited') break;
      const index = Atomics.load(progress, 0);
      options.onProgress?.(index, findings.length);
      if (index >= cases / 10) warmRssBytes ??= process.memoryUsage().rss;
      if (performance.now() - started >= maxMs) Atomics.store(progress, 1, 1);
      const { user, system } = process.cpuUsage(since);
      if (index !== last) {
        last = index;
        since = process.cpuUsage();
      } else if ((user + system) / 1000 > maxCaseCpuMs) {
        isSlow = true;
        await worker.terminate();
      }
    }
    for (const [outcome, count] of told.flatMap((one) => Object.entries(one))) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    const index = Atomics.load(progress, 0);
    if (isSlow && suspected === index) found(index, `takes more than ${String(maxCaseCpuMs)} ms`);
    suspected = isSlow && suspected !== index ? index : undefined;
    next = suspected ?? index + 1;
  }
  const rss = process.memoryUsage().rss;
  return { cases: next, outcomes, findings, rssBytes: [warmRssBytes ?? rss, rss] };
}
