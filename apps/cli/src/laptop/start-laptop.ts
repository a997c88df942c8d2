import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { bug, sleep, unavailable } from '@mammoline/kernel';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts';
import { readState, type LaptopState } from './state.ts';
import { lockHolder } from './take-lock.ts';
import type { WorkDirectory } from './work-directory.ts';

/** First start: initdb, migrations, six Node processes on a busy machine. */
const startLimitMs = 180_000;

/**
 * Makes sure that Postgres and the six services run, and waits until all are ready. Does nothing where they do already; heals whatever an
 * earlier kill left behind; safe to call from two terminals at once.
 * @param onProgress called with what is being waited for, when that changes
 * @returns whether this call started the supervisor
 * @throws Failure unavailable naming the log to read
 */
export async function startLaptop(
  work: WorkDirectory,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<{ readonly startedHere: boolean }> {
  mkdirSync(work.logs, { recursive: true });
  let mine: ProcessIdentity | undefined;
  let told = '';
  const deadlineMs = Date.now() + startLimitMs;
  for (;;) {
    const state = readState(work.state);
    const holder = lockHolder(work.lock);
    if (holder !== undefined && state?.supervisor.pid === holder.pid && state.phase === 'ready') {
      return { startedHere: mine?.pid === holder.pid };
    }
    if (holder === undefined && (mine === undefined || !isAlive(mine))) {
      if (mine !== undefined) throw ended(work, state, mine);
      mine = spawnSupervisor(work);
    }
    const text = waitingFor(state, mine ?? holder);
    if (text !== told) onProgress((told = text));
    if (Date.now() > deadlineMs) throw unavailable(`not ready after ${String(startLimitMs / 1000)} s: ${text}; its log is in ${work.logs}`);
    await sleep(100, signal);
  }
}

/** The state of services that run now; undefined where the supervisor is not alive. */
export function runningState(work: WorkDirectory): LaptopState | undefined {
  const state = readState(work.state);
  return state !== undefined && isAlive(state.supervisor) && state.phase !== 'failed' ? state : undefined;
}

function spawnSupervisor(work: WorkDirectory): ProcessIdentity {
  const log = openSync(join(work.logs, 'supervisor.log'), 'a');
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'supervisor.ts'), work.root], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
    if (identity === undefined) throw bug(`the supervisor could not be started; see ${join(work.logs, 'supervisor.log')}`);
    return identity;
  } finally {
    closeSync(log);
  }
}

function ended(work: WorkDirectory, state: LaptopState | undefined, mine: ProcessIdentity): Error {
  const reason = state?.supervisor.pid === mine.pid && state.error !== undefined ? state.error : 'it ended without a word';
  return unavailable(`the services could not be started: ${reason}; more is in ${join(work.logs, 'supervisor.log')}`);
}

function waitingFor(state: LaptopState | undefined, supervisor: ProcessIdentity | undefined): string {
  if (state === undefined || state.supervisor.pid !== supervisor?.pid || state.postgresUrl === undefined) return 'starting Postgres';
  const missing = state.services.filter((service) => service.phase !== 'ready').map((service) => service.name);
  return missing.length === 0 ? 'starting services' : `starting ${missing.join(', ')}`;
}
