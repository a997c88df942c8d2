import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { bug, sleep, unavailable } from '@mammoline/kernel';
import { openDeidentifyKey } from './open-deidentify-key.ts';
import { expectNamedParts, namedParts } from './parts.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts';
import { chooseSettings, expectSettings, type LineSettings, type WantedSettings } from './settings.ts';
import { readState, type LaptopState } from './state.ts';
import { lockHolder } from './take-lock.ts';
import type { WorkDirectory } from './work-directory.ts';

/** First start: initdb, migrations, six Node processes on a busy machine; of a cluster, Kafka's jars and the store's program from their registries too. */
const startLimitMs = 600_000;

/**
 * Makes sure that Postgres and the services run (of a cluster, Kafka and the object store too), and waits until all are ready. Does nothing where they do already; heals whatever an
 * earlier kill left behind; safe to call from two terminals at once.
 * @param onProgress called with what is being waited for, when that changes
 * @returns whether this call started the supervisor
 * @throws Failure unavailable naming the log to read, invalid where it runs, or has run, otherwise than is wanted
 */
export async function startLaptop(
  work: WorkDirectory,
  wanted: WantedSettings,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<{ readonly startedHere: boolean }> {
  const named = namedParts(process.env);
  const settings = chooseSettings(wanted, readState(work.state)?.settings, work.root);
  // Services that can't read their key would be started again and again.
  await openDeidentifyKey(settings.deidentifyKey ?? process.env['MAMMOLINE_DEIDENTIFY_KEY_FILE']);
  mkdirSync(work.logs, { recursive: true });
  let mine: ProcessIdentity | undefined;
  let told = '';
  const deadlineMs = Date.now() + startLimitMs;
  for (;;) {
    const state = readState(work.state);
    const holder = lockHolder(work.lock);
    if (holder !== undefined && state?.supervisor.pid === holder.pid && state.phase === 'ready') {
      expectSettings(settings, state.settings, work.root);
      expectNamedParts(named, state.environment ?? {}, work.root);
      return { startedHere: mine?.pid === holder.pid };
    }
    if (holder === undefined && (mine === undefined || !isAlive(mine))) {
      if (mine !== undefined) throw ended(work, state, mine);
      mine = spawnSupervisor(work, settings);
    }
    const text = waitingFor(state, mine ?? holder, settings);
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

function spawnSupervisor(work: WorkDirectory, settings: LineSettings): ProcessIdentity {
  const log = openSync(join(work.logs, 'supervisor.log'), 'a');
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'supervisor.ts'), work.root, JSON.stringify(settings)], {
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

function waitingFor(state: LaptopState | undefined, supervisor: ProcessIdentity | undefined, { cluster }: LineSettings): string {
  if (state?.supervisor.pid !== supervisor?.pid || state?.environment === undefined)
    return cluster ? 'starting Postgres, Kafka and the object store' : 'starting Postgres';
  const missing = new Set(state.services.filter(({ phase }) => phase !== 'ready').map(({ name }) => name));
  return missing.size === 0 ? 'starting services' : `starting ${[...missing].join(', ')}`;
}
