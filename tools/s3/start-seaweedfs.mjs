/* global fetch, AbortSignal */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { provideSeaweedfs } from './provide-seaweedfs.mjs';

const readyTimeoutMs = 120_000;

/** How many ports a server takes; the first is S3's. */
export const portCount = 8;

/**
 * Starts an S3 server (SeaweedFS: master, volumes, filer and gateway in one process) on ports of 127.0.0.1 and waits until it answers.
 * @param directory where it keeps its data, made where it is missing; its log is `seaweedfs.log` in it
 * @param credentials the one identity it knows: `{ accessKeyId, secretAccessKey }`; requests that are not signed by it are refused
 * @param ports as many as `portCount` says
 * @param onSpawn told the process at once
 */
export async function startSeaweedfs({ directory, credentials, ports, onSpawn = () => undefined }) {
  const program = await provideSeaweedfs();
  mkdirSync(directory, { recursive: true });
  const identities = path.join(directory, 's3.json');
  writeFileSync(identities, JSON.stringify(identityFile(credentials)), { mode: 0o600 });
  const logFile = path.join(directory, 'seaweedfs.log');
  const log = openSync(logFile, 'a');
  const child = spawn(program, ['-logtostderr', 'server', ...serverFlags(directory, identities, ports)], {
    cwd: directory,
    detached: true,
    // Every bucket has volumes of its own; one to begin with is enough.
    env: { ...process.env, WEED_MASTER_VOLUME_GROWTH_COPY_1: '1' },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let ended;
  child.on('error', (error) => (ended = error.message)).on('exit', (code, signal) => (ended = signal ?? `code ${code}`));
  onSpawn(child.pid);
  const endpoint = endpointOf(ports);
  for (const deadlineMs = Date.now() + readyTimeoutMs; !(await answers(endpoint)); await sleep(100)) {
    if (ended === undefined && Date.now() < deadlineMs) continue;
    child.kill('SIGKILL');
    const what = ended === undefined ? `did not answer within ${readyTimeoutMs / 1000} s` : `ended with ${ended}`;
    throw new Error(
      `SeaweedFS ${what}; its log ${logFile} says:\n${readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n')}`,
    );
  }
  return { endpoint, pid: child.pid };
}

export const endpointOf = ([s3Port]) => `http://127.0.0.1:${s3Port}`;

/** It listens before it can store: ready is when the gateway says that it is healthy. */
export async function answers(endpoint) {
  const answer = await fetch(`${endpoint}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}

/** Sockets of its own that a server which has ended leaves in /tmp, wherever its data are. */
export const leftSockets = (ports) =>
  ['s3', 'master', 'volume', 'filer'].flatMap((name) => ports.map((port) => `/tmp/seaweedfs-${name}-grpc-${port}.sock`));

function identityFile({ accessKeyId, secretAccessKey }) {
  const credentials = [{ accessKey: accessKeyId, secretKey: secretAccessKey }];
  return { identities: [{ name: 'mammoline', credentials, actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] }] };
}

function serverFlags(directory, identities, [s3Port, s3Grpc, master, masterGrpc, volume, volumeGrpc, filer, filerGrpc]) {
  return [
    `-dir=${directory}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    `-master.port=${master}`,
    `-master.port.grpc=${masterGrpc}`,
    '-master.telemetry=false',
    '-master.electionTimeout=1s',
    '-master.volumeSizeLimitMB=256',
    `-volume.port=${volume}`,
    `-volume.port.grpc=${volumeGrpc}`,
    '-volume.max=2000',
    '-volume.preStopSeconds=0',
    `-filer.port=${filer}`,
    `-filer.port.grpc=${filerGrpc}`,
    `-filer.localSocket=${path.join(directory, 'filer.sock')}`,
    '-s3',
    `-s3.port=${s3Port}`,
    `-s3.port.grpc=${s3Grpc}`,
    `-s3.config=${identities}`,
    '-s3.autoCreateBucket=false',
    '-s3.domainName=localhost',
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    `-s3.localSocket=${path.join(directory, 's3.sock')}`,
  ];
}
