import { cpuMs } from './cpu-ms.ts';

export interface Times {
  readonly medianMs: number;
  readonly p99Ms: number;
  /** A call's share of the CPU time of each process asked for. */
  readonly cpuMs: readonly number[];
}

/** Times so many repeats, one after the other, after some that warm caches and compilers up. @param call gets the number of the repeat @param pids whose CPU time is told */
export async function measureTimes(
  repeats: number,
  call: (index: number) => Promise<unknown>,
  pids: readonly number[] = [],
): Promise<Times> {
  for (let index = 0; index < Math.ceil(repeats / 10); index += 1) await call(index);
  const before = pids.map(cpuMs);
  const timesMs: number[] = [];
  for (let index = 0; index < repeats; index += 1) {
    const startedMs = performance.now();
    await call(index);
    timesMs.push(performance.now() - startedMs);
  }
  const cpu = pids.map((pid, index) => (cpuMs(pid) - (before[index] ?? 0)) / repeats);
  timesMs.sort((a, b) => a - b);
  const quantile = (share: number): number => timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * share))] ?? Number.NaN;
  return { medianMs: quantile(0.5), p99Ms: quantile(0.99), cpuMs: cpu };
}
