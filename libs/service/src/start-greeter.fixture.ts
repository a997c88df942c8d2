import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, vi } from 'vitest';
import { z } from 'zod';

const program = fileURLToPath(new URL('greeter.fixture.ts', import.meta.url));
const readySchema = z.object({ pid: z.number(), grpcAddress: z.string(), httpAddress: z.string() });

/** For what a process on a loaded machine does in the end. */
export const patience = { timeout: 30_000, interval: 50 };

export interface Greeter {
  readonly child: ChildProcess;
  readonly output: { readonly text: string };
  readonly readyFile: string;
  readonly ready: () => Promise<z.infer<typeof readySchema>>;
  readonly exit: () => Promise<number | null>;
  /** Status and text of a path of its HTTP server. */
  readonly get: (path: string) => Promise<readonly [number, string]>;
}

/** Starts greeters as processes of their own, with their blobs and ready files in a directory that goes with them. */
export async function openGreeters(postgresUrl: () => string) {
  const directory = await mkdtemp(join(tmpdir(), 'mammoline-service-'));
  const children: ChildProcess[] = [];
  let started = 0;

  const start = (changes: Readonly<Record<string, string | undefined>> = {}): Greeter => {
    started += 1;
    const readyFile = join(directory, `ready-${String(started)}.json`);
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        MAMMOLINE_POSTGRES_URL: postgresUrl(),
        MAMMOLINE_BLOBS_URL: pathToFileURL(join(directory, 'blobs')).href,
        MAMMOLINE_HTTP_ADDRESS: '127.0.0.1:0',
        MAMMOLINE_GRACE_MS: '1000',
        MAMMOLINE_READY_FILE: readyFile,
        GREETER_MODE: 'steady',
        ...changes,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output.text += text));
    const ready = async (): Promise<z.infer<typeof readySchema>> => {
      await vi.waitFor(() => {
        expect(existsSync(readyFile), output.text).toBe(true);
      }, patience);
      return readySchema.parse(JSON.parse(await readFile(readyFile, 'utf8')));
    };
    return {
      child,
      output,
      readyFile,
      ready,
      exit: async () => {
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        return child.exitCode;
      },
      get: async (path) => {
        const response = await fetch(`http://${(await ready()).httpAddress}${path}`);
        return [response.status, await response.text()];
      },
    };
  };

  return {
    start,
    /** SIGKILL for all that run. */
    killAll: async (): Promise<void> => {
      for (const child of children.splice(0)) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
export type Greeters = Awaited<ReturnType<typeof openGreeters>>;
