import { sleep, unavailable } from '@mammoline/kernel';
import { isPostmasterOf } from './running-postmaster.ts';

/** SIGINT is Postgres' fast shutdown: sessions end, data is written. SIGQUIT leaves the rest to recovery at the next start. */
const escalation = [
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
] as const;

/** Stops a server and waits until it is gone. @throws Failure unavailable where it does not go */
export async function stopPostmaster(pid: number, dataDirectory: string): Promise<void> {
  for (const { signal, waitMs } of escalation) {
    if (!(await isPostmasterOf(pid, dataDirectory))) return;
    process.kill(pid, signal);
    for (let waitedMs = 0; waitedMs < waitMs; waitedMs += 20) {
      await sleep(20);
      if (!(await isPostmasterOf(pid, dataDirectory))) return;
    }
  }
  throw unavailable(`Postgres (process ${String(pid)}) does not stop; look into the log beside ${dataDirectory}, or end the process`);
}
