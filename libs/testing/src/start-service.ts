import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sleep } from '@mammoline/kernel';
import { createChannel, createClient, type Client, type CompatServiceDefinition } from 'nice-grpc';

/** A service as a process of its own, and a client of it. */
export interface RunningService<Definition extends CompatServiceDefinition> {
  readonly client: Client<Definition>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** SIGTERM. */
  readonly stop: () => Promise<void>;
  /** SIGINT, which Ctrl-C sends to all processes of a terminal: its own are the caller's. */
  readonly interrupt: () => Promise<void>;
}

/**
 * Starts a service's `main.ts` on a database, with its blobs in `<directory>/blobs`, and waits until it is ready.
 * @throws Error where it exits before
 */
export async function startService<Definition extends CompatServiceDefinition>(
  program: string,
  definition: Definition,
  {
    postgresUrl,
    directory,
    name = 'service',
    environment = {},
    logFile,
  }: {
    readonly postgresUrl: string;
    readonly directory: string;
    readonly name?: string;
    readonly environment?: Readonly<Record<string, string>>;
    /** Where its output goes, behind what is there; else to this process' own. */
    readonly logFile?: string;
  },
): Promise<RunningService<Definition>> {
  const readyFile = join(directory, `${name}.json`);
  await rm(readyFile, { force: true });
  const log = logFile === undefined ? undefined : await open(logFile, 'a');
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      MAMMOLINE_POSTGRES_URL: postgresUrl,
      MAMMOLINE_BLOBS_URL: pathToFileURL(join(directory, 'blobs')).href,
      MAMMOLINE_READY_FILE: readyFile,
      MAMMOLINE_LOG_LEVEL: 'warn',
      MAMMOLINE_GRACE_MS: '3000',
      ...environment,
    },
    stdio: ['ignore', log?.fd ?? 'inherit', log?.fd ?? 'inherit'],
  });
  await log?.close();
  const exited = once(child, 'exit');
  const channel = createChannel(await addressOf(readyFile, () => child.exitCode !== null));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    channel.close();
    child.kill(signal);
    await exited;
  };
  return {
    client: createClient(definition, channel),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    interrupt: () => end('SIGINT'),
  };
}

async function addressOf(readyFile: string, hasExited: () => boolean): Promise<string> {
  for (;;) {
    const text = await readFile(readyFile, 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { grpcAddress: string }).grpcAddress;
    if (hasExited()) throw new Error('the service exited before it was ready');
    await sleep(30);
  }
}
