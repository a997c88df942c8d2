import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { newUuid } from '@mammoline/kernel';

/** A real S3 server (SeaweedFS) of one spec file. */
export interface TestObjectStore {
  readonly endpoint: string;
  /** What the AWS SDK of a process takes its credentials from; path style, and `bucket.localhost` as virtual host. */
  readonly environment: Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_REGION', string>>;
  /** A bucket of its own; gives its name. */
  readonly createBucket: () => Promise<string>;
  /** SIGSTOP freezes the server, SIGCONT lets it go on, SIGKILL ends it. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL') => void;
  /** Stops the server and removes its data. */
  readonly stop: () => Promise<void>;
}

const program = fileURLToPath(new URL('../../../tools/s3/run-object-store.mjs', import.meta.url));
const environment = { AWS_ACCESS_KEY_ID: 'test-access-key', AWS_SECRET_ACCESS_KEY: 'test-secret-key', AWS_REGION: 'us-east-1' };

/**
 * Starts an S3 server on free ports of this machine, which ends with this process.
 * @returns undefined, and says why, where its program can't be had (no Python, pip or network): specs skip
 */
export async function startTestObjectStore(): Promise<TestObjectStore | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'object-store-'));
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const child = spawn(process.execPath, [program, directory, accessKeyId, secretAccessKey], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const line = await firstLine(child.stdout);
  if (line === undefined) {
    await stop();
    throw new Error('the object store for tests did not start; its error is above');
  }
  const answer = JSON.parse(line) as { readonly endpoint: string; readonly pid: number } | { readonly missing: string };
  if ('missing' in answer) {
    await stop();
    console.warn(`Skipped: specs on S3, for SeaweedFS can't be had: ${answer.missing.split('\n').at(-1) ?? ''}`);
    return undefined;
  }
  const { endpoint, pid } = answer;
  const client = new S3Client({
    endpoint,
    region: environment.AWS_REGION,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  return {
    endpoint,
    environment,
    createBucket: async () => {
      const name = `test-${newUuid()}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    signal: (signal) => void process.kill(pid, signal),
    stop,
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}
