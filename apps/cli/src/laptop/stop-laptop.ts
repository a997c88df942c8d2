import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { isAlive } from './process-identity.ts';
import { readState } from './state.ts';
import { stopProcess } from './stop-process.ts';
import { lockHolder } from './take-lock.ts';
import type { WorkDirectory } from './work-directory.ts';

/** Long enough for the supervisor's own grace times: services in turn, then Postgres. */
const supervisorGraceMs = 90_000;

/**
 * Stops the supervisor, and with it the services and Postgres; where the supervisor was killed, stops what it left behind.
 * @returns whether anything was running
 */
export async function stopLaptop(work: WorkDirectory): Promise<boolean> {
  const state = readState(work.state);
  const supervisor = lockHolder(work.lock) ?? (state !== undefined && isAlive(state.supervisor) ? state.supervisor : undefined);
  if (supervisor !== undefined) await stopProcess(supervisor, supervisorGraceMs);
  const orphans = await stopOrphans(work);
  const postgres = await stopPostgres(work);
  return supervisor !== undefined || orphans > 0 || postgres;
}

/** Stops the services that a dead supervisor recorded. They stop by themselves when it dies; this waits for them, and helps. */
export async function stopOrphans(work: WorkDirectory): Promise<number> {
  const orphans = (readState(work.state)?.services ?? []).flatMap(({ process }) =>
    process !== undefined && isAlive(process) ? [process] : [],
  );
  await Promise.all(orphans.map((orphan) => stopProcess(orphan, 15_000)));
  return orphans.length;
}

/** A postmaster that lost its supervisor is adopted and stopped; where its file is stale, the start that adopts it heals the cluster as well. */
async function stopPostgres(work: WorkDirectory): Promise<boolean> {
  if (!existsSync(join(work.postgres, 'cluster', 'data', 'postmaster.pid'))) return false;
  const server = await startEmbeddedPostgres({ directory: work.postgres });
  await server.stop();
  return true;
}
