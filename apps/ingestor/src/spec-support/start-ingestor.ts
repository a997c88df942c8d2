import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ingestV1 } from '@mammoline/contracts';
import { sleep } from '@mammoline/kernel';
import { createChannel, createClient } from 'nice-grpc';

/** The ingestor as a process of its own, and its client. */
export interface RunningIngestor {
  readonly client: ingestV1.IngestServiceClient;
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts `main.ts` on a database, with its blobs in a directory. */
export async function startIngestor(postgresUrl: string, directory: string): Promise<RunningIngestor> {
  const readyFile = join(directory, 'ready.json');
  await rm(readyFile, { force: true });
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: {
      PATH: process.env['PATH'],
      MAMMOLINE_POSTGRES_URL: postgresUrl,
      MAMMOLINE_BLOBS_URL: pathToFileURL(join(directory, 'blobs')).href,
      MAMMOLINE_READY_FILE: readyFile,
      MAMMOLINE_LOG_LEVEL: 'warn',
      MAMMOLINE_GRACE_MS: '3000',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  const address = await waitUntilReady(readyFile, () => child.exitCode !== null);
  const channel = createChannel(address);
  const client: ingestV1.IngestServiceClient = createClient(ingestV1.IngestServiceDefinition, channel);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    channel.close();
    child.kill(signal);
    await exited;
  };
  return { client, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function waitUntilReady(readyFile: string, hasExited: () => boolean): Promise<string> {
  for (;;) {
    const text = await readFile(readyFile, 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { grpcAddress: string }).grpcAddress;
    if (hasExited()) throw new Error('the ingestor exited before it was ready');
    await sleep(30);
  }
}
