import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePorts } from '../workspace/free-ports.mjs';
import { answers, endpointOf, leftSockets, portCount, startSeaweedfs } from './start-seaweedfs.mjs';

const bucket = 'mammoline';
const region = 'us-east-1';
/** Its volumes are closed in a moment; its filer then waits 15 s for a connection of its own, which never ends. */
const stopWithinMs = 1000;
const fileOf = (directory) => path.join(directory, 'store.json');

/**
 * Starts the object store that keeps its data in `directory`, or gives back the one that runs there. Returns once it answers and has its bucket.
 * It outlives this process; the same folder keeps its ports, credentials and data, so it can be killed and started again.
 */
export async function startObjectStore(directory) {
  mkdirSync(directory, { recursive: true });
  const known = readStore(directory) ?? { ports: await freePorts(portCount), credentials: newCredentials() };
  const { ports, credentials } = known;
  const endpoint = endpointOf(ports);
  const running = runningPid(directory);
  if (running === undefined || !(await answers(endpoint))) {
    await stopObjectStore(directory, 'SIGKILL');
    await startSeaweedfs({ directory, credentials, ports, onSpawn: (pid) => writeStore(directory, { ...known, pid }) });
  }
  await makeBucket(endpoint, credentials);
  return {
    pid: runningPid(directory),
    endpoint,
    url: `s3://${bucket}?endpoint=${endpoint}&region=${region}&pathStyle=true`,
    environment: { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
  };
}

/** Ends the object store of a folder, by `signal`, and waits until it is gone. */
export async function stopObjectStore(directory, signal = 'SIGTERM') {
  const pid = runningPid(directory);
  if (pid === undefined) return;
  process.kill(pid, signal);
  for (const deadline = Date.now() + stopWithinMs; runningPid(directory) !== undefined; await sleep(50)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
  }
  for (const socket of leftSockets(readStore(directory).ports)) rmSync(socket, { force: true });
}

/** The process of a folder's living store: its number may have become another's. */
function runningPid(directory) {
  try {
    const { pid } = readStore(directory);
    process.kill(pid, 0);
    const commandLine = `/proc/${pid}/cmdline`;
    return existsSync(commandLine) && !readFileSync(commandLine, 'utf8').includes(directory) ? undefined : pid;
  } catch {
    return undefined;
  }
}

function readStore(directory) {
  return existsSync(fileOf(directory)) ? JSON.parse(readFileSync(fileOf(directory), 'utf8')) : undefined;
}

function writeStore(directory, store) {
  const temporary = `${fileOf(directory)}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(store), { mode: 0o600 });
  renameSync(temporary, fileOf(directory));
}

const newCredentials = () => ({ accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') });

async function makeBucket(endpoint, credentials) {
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials, maxAttempts: 10 });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (error.name !== 'BucketAlreadyOwnedByYou' && error.name !== 'BucketAlreadyExists') throw error;
  } finally {
    client.destroy();
  }
}
