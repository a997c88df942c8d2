/* global fetch, AbortSignal */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.mjs';
import { provideSeaweedfs } from './provide-seaweedfs.mjs';

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/**
 * Starts an S3 server (SeaweedFS: master, volumes, filer and gateway in one process) on free ports of 127.0.0.1 and waits until it answers.
 * @param directory where it keeps its data, made where it is missing; its log is `seaweedfs.log` in it
 * @param credentials the one identity it knows: `{ accessKeyId, secretAccessKey }`; requests that are not signed by it are refused
 */
export async function startSeaweedfs({ directory, credentials }) {
  const program = await provideSeaweedfs();
  mkdirSync(directory, { recursive: true });
  const identities = path.join(directory, 's3.json');
  writeFileSync(identities, JSON.stringify(identityFile(credentials)), { mode: 0o600 });
  const log = path.join(directory, 'seaweedfs.log');
  const [s3Port, ...ports] = await freePorts(8);
  const child = spawn(program, ['-logtostderr', 'server', ...serverFlags(directory, identities, s3Port, ports)], {
    cwd: directory,
    // Every bucket has volumes of its own; one to begin with is enough.
    env: { ...process.env, WEED_MASTER_VOLUME_GROWTH_COPY_1: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logFile = createWriteStream(log);
  child.stdout.pipe(logFile, { end: false });
  child.stderr.pipe(logFile, { end: false });
  const exited = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${s3Port}`;
  const stop = async (signal = 'SIGTERM') => {
    const running = () => child.exitCode === null && child.signalCode === null;
    if (running()) child.kill(signal);
    await Promise.race([exited, sleep(stopTimeoutMs, undefined, { ref: false })]);
    if (running()) child.kill('SIGKILL');
    await exited;
    // Sockets of its own that it leaves in /tmp, wherever its data are.
    for (const name of ['s3', 'master', 'volume', 'filer']) {
      for (const port of ports) rmSync(`/tmp/seaweedfs-${name}-grpc-${port}.sock`, { force: true });
    }
  };
  try {
    await untilReady(endpoint, child, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, pid: child.pid, exited, stop };
}

function identityFile({ accessKeyId, secretAccessKey }) {
  const credentials = [{ accessKey: accessKeyId, secretKey: secretAccessKey }];
  return { identities: [{ name: 'mammoline', credentials, actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] }] };
}

function serverFlags(directory, identities, s3Port, [s3Grpc, master, masterGrpc, volume, volumeGrpc, filer, filerGrpc]) {
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

/** It listens before it can store: ready is when the gateway says that it is healthy. */
async function untilReady(endpoint, child, log) {
  const deadlineMs = Date.now() + readyTimeoutMs;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`SeaweedFS ended with ${child.exitCode}:\n${tailOf(log)}`);
    const answer = await fetch(`${endpoint}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`SeaweedFS did not answer within ${readyTimeoutMs / 1000} s:\n${tailOf(log)}`);
}

function tailOf(log) {
  return readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n');
}
