import { stopParts } from './parts.ts';
import { isAlive } from './process-identity.ts';
import { readState } from './state.ts';
import { stopProcess } from './stop-process.ts';
import { lockHolder } from './take-lock.ts';
import type { WorkDirectory } from './work-directory.ts';

/** Long enough for the supervisor's own grace times: services in turn, then Kafka, the store and Postgres. */
const supervisorGraceMs = 180_000;

/**
 * Stops the supervisor, and with it the services, Postgres, Kafka and the object store; where the supervisor was killed, stops what it left behind.
 * @returns whether anything was running
 */
export async function stopLaptop(work: WorkDirectory): Promise<boolean> {
  const state = readState(work.state);
  const supervisor = lockHolder(work.lock) ?? (state !== undefined && isAlive(state.supervisor) ? state.supervisor : undefined);
  if (supervisor !== undefined) await stopProcess(supervisor, supervisorGraceMs);
  const orphans = await stopOrphans(work);
  const left = (state?.parts ?? []).filter((part) => part.process !== undefined && isAlive(part.process));
  // Not only those of the state: a supervisor that was killed early had not written of all.
  await stopParts(work);
  return supervisor !== undefined || orphans > 0 || left.length > 0;
}

/** Stops the services that a dead supervisor recorded. They stop by themselves when it dies; this waits for them, and helps. */
export async function stopOrphans(work: WorkDirectory): Promise<number> {
  const orphans = (readState(work.state)?.services ?? []).flatMap(({ process }) =>
    process !== undefined && isAlive(process) ? [process] : [],
  );
  await Promise.all(orphans.map((orphan) => stopProcess(orphan, 15_000)));
  return orphans.length;
}
