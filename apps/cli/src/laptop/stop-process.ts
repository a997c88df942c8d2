import { sleep } from '@mammoline/kernel';
import { isAlive, signalProcess, type ProcessIdentity } from './process-identity.ts';

/** Asks a process to stop, waits, and kills it after the grace time. A process that has ended already, or whose pid is another's now, is left alone. */
export async function stopProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  signalProcess(identity, 'SIGTERM');
  if (await endsWithin(identity, graceMs)) return;
  signalProcess(identity, 'SIGKILL');
  await endsWithin(identity, 5_000);
}

/** True as soon as the process has ended; false when the time is over. */
export async function endsWithin(identity: ProcessIdentity, timeMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + timeMs;
  while (isAlive(identity)) {
    if (Date.now() >= deadlineMs) return false;
    await sleep(50);
  }
  return true;
}
