import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { backoffDelayMs, describeError, sleep, type Turns } from '@mammoline/kernel';
import { identifyProcess } from './process-identity.ts';
import { readReadyFile, readyFilePath } from './ready-file.ts';
import { replicaName, type ServiceName } from './service-names.ts';
import { noKafkaWarning } from './run-tool.ts';
import type { ServiceState } from './state.ts';
import { stopProcess } from './stop-process.ts';
import type { WorkDirectory } from './work-directory.ts';

/** A service that is started again whenever it ends. */
export interface KeptService {
  state(): ServiceState;
  /** Stops the service and starts no other. */
  stop(graceMs: number): Promise<void>;
}

const repository = join(import.meta.dirname, '../../../..');
const preload = pathToFileURL(join(import.meta.dirname, 'exit-with-supervisor.ts')).href;
const longestStartMs = 30_000;
/** A service that lived this long is healthy: its next end is not counted with the earlier ones. */
const healthyMs = 60_000;

/**
 * Starts a service as a process of its own and keeps it running, with backoff between the starts.
 * @param onChange called after each change of `state()`
 */
export function keepService(options: {
  readonly name: ServiceName;
  /** Which of the service's processes: 1 and up. */
  readonly replica: number;
  readonly work: WorkDirectory;
  /** Shared by the services of a machine. */
  readonly turns: Turns;
  /** Asked for at each start. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly onChange: () => void;
}): KeptService {
  const { name, replica, work, turns, onChange } = options;
  const fileName = replicaName(name, replica);
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let state: ServiceState = { name, replica, phase: 'waiting', restarts: 0 };
  const change = (next: Partial<ServiceState>): void => {
    state = { ...state, ...next };
    onChange();
  };

  const runOnce = async (started: () => void): Promise<void> => {
    rmSync(readyFilePath(work, fileName), { force: true });
    let child: ChildProcess;
    try {
      child = startService(options);
    } catch (error) {
      // No descriptor or no log folder: that may pass, and the other services go on meanwhile.
      change({ phase: 'waiting', lastExit: `could not be started: ${describeError(error)}` });
      return;
    }
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => {
        resolve(`could not be started: ${error.message}`);
      });
      child.once('exit', (code, signal) => {
        resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
    });
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
    change({ phase: 'starting', process: identity });
    const watch = new AbortController();
    void whenReady(work, fileName, child, watch.signal).then((ready) => {
      if (!ready) return;
      started();
      change({ phase: 'ready' });
    });
    const lastExit = await ended;
    watch.abort();
    rmSync(readyFilePath(work, fileName), { force: true });
    change({ phase: 'waiting', process: undefined, lastExit });
  };

  const keep = async (): Promise<void> => {
    for (let failures = 0; !isStopping();) {
      const giveBack = await turns.take(stopping.signal);
      if (isStopping()) {
        giveBack();
        break;
      }
      // One that hangs does not hold the others up.
      const hangs = setTimeout(giveBack, longestStartMs);
      const startedMs = Date.now();
      await runOnce(giveBack);
      clearTimeout(hangs);
      giveBack();
      if (isStopping()) break;
      failures = Date.now() - startedMs > healthyMs ? 1 : failures + 1;
      change({ restarts: state.restarts + 1 });
      await sleep(backoffDelayMs(failures, { firstDelayMs: 200, maxDelayMs: 10_000 }, Math.random), stopping.signal).catch(() => undefined);
    }
    change({ phase: 'stopped', process: undefined });
  };
  const kept = keep();

  return {
    state: () => state,
    stop: async (graceMs) => {
      stopping.abort();
      if (state.process !== undefined) await stopProcess(state.process, graceMs);
      await kept;
    },
  };
}

function startService(options: Parameters<typeof keepService>[0]): ChildProcess {
  const log = openSync(join(options.work.logs, `${replicaName(options.name, options.replica)}.log`), 'a');
  try {
    return spawn(process.execPath, [noKafkaWarning, '--import', preload, join(repository, 'apps', options.name, 'src', 'main.ts')], {
      cwd: repository,
      env: {
        ...process.env,
        ...options.environment(),
        MAMMOLINE_READY_FILE: readyFilePath(options.work, replicaName(options.name, options.replica)),
      },
      // The channel tells the service when the supervisor dies; nothing is sent over it.
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

async function whenReady(work: WorkDirectory, fileName: string, child: ChildProcess, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (readReadyFile(work, fileName)?.pid === child.pid) return true;
    await sleep(50, signal).catch(() => undefined);
  }
  return false;
}
