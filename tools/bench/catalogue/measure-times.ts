import { cpuMs } from './cpu-ms.ts';

/** Needs `--expose-gc`. */
const collectGarbage = (): void => {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('found no gc(), expected node --expose-gc, as npm run bench:catalogue starts this');
  gc();
};

export interface Times {
  readonly medianMs: number;
  readonly p99Ms: number;
  /** A call's share of the CPU time of each process asked for. */
  readonly cpuMs: readonly number[];
}

/** Of a hundred pages of views this process' own collections of garbage would stop four for 10 to 60 ms: grpc-js holds on to answers. */
const callsBetweenCollections = 25;

/**
 * Times so many repeats, one after the other, after some that warm caches and compilers up. Every few calls this process collects its garbage, and makes a call that counts for nothing, since a
 * collection leaves the caches cold: its own stops would be counted as the service's.
 * @param call gets the number of the repeat
 * @param pids whose CPU time is told
 */
export async function measureTimes(
  repeats: number,
  call: (index: number) => Promise<unknown>,
  pids: readonly number[] = [],
): Promise<Times> {
  for (let index = 0; index < Math.ceil(repeats / 10); index += 1) await call(index);
  const before = pids.map(cpuMs);
  const timesMs: number[] = [];
  for (let index = 0; index < repeats; index += 1) {
    if (index % callsBetweenCollections === 0) {
      collectGarbage();
      await call(index);
    }
    const startedMs = performance.now();
    await call(index);
    timesMs.push(performance.now() - startedMs);
  }
  const calls = repeats + Math.ceil(repeats / callsBetweenCollections);
  const cpu = pids.map((pid, index) => (cpuMs(pid) - (before[index] ?? 0)) / calls);
  timesMs.sort((a, b) => a - b);
  const quantile = (share: number): number => timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * share))] ?? Number.NaN;
  return { medianMs: quantile(0.5), p99Ms: quantile(0.99), cpuMs: cpu };
}
