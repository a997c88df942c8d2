import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { newUuid, sleep } from '@mammoline/kernel';
import type { TransportName } from './open-bench-transport.ts';
import type { Ground } from './open-ground.ts';
import type { NoopReport } from './noop-report.ts';

const program = fileURLToPath(new URL('noop-service.ts', import.meta.url));

export interface NoopOptions {
  readonly transport: TransportName;
  /** Deliveries handled at once. */
  readonly concurrency: number;
  /** Events that may share a transaction; undefined: the runtime's default. */
  readonly commitTogether?: number | undefined;
  /** Of the measured process, e.g. `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

export interface NoopService {
  readonly report: () => Promise<NoopReport>;
  readonly stop: () => Promise<void>;
}

/** Starts noop-service.ts as a process of its own, with its log in a file, and waits until it is ready. */
export async function startNoopService(ground: Ground, options: NoopOptions): Promise<NoopService> {
  const readyFile = join(ground.directory, `ready-${newUuid()}.json`);
  const logFile = join(ground.directory, 'noop-service.log');
  const log = openSync(logFile, 'a');
  const child = fork(program, [], {
    execArgv: [...options.nodeOptions],
    serialization: 'advanced',
    stdio: ['ignore', log, log, 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      MAMMOLINE_POSTGRES_URL: ground.postgres.url,
      MAMMOLINE_BLOBS_URL: pathToFileURL(join(ground.directory, 'blobs')).href,
      MAMMOLINE_TRANSPORT: options.transport,
      MAMMOLINE_KAFKA_BROKERS: ground.kafka?.brokers,
      MAMMOLINE_READY_FILE: readyFile,
      BENCH_CONCURRENCY: String(options.concurrency),
      ...(options.commitTogether !== undefined && { BENCH_COMMIT_TOGETHER: String(options.commitTogether) }),
    },
  });
  closeSync(log);
  const exited = once(child, 'exit');
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null) throw new Error(`the measured service exited; its log is ${logFile}`);
    await sleep(20);
  }
  return {
    report: async () => {
      const ended = exited.then(() => {
        throw new Error(`the measured service exited; its log is ${logFile}`);
      });
      const answer = once(child, 'message') as Promise<[NoopReport]>;
      child.send('report');
      const [report] = await Promise.race([answer, ended]);
      return report;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
