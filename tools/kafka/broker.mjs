import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { runCommand } from '../workspace/run-command.mjs';
import { propertiesOf, scramUsers } from './cluster-settings.mjs';
import { provideKafka } from './provide-kafka.mjs';

const startWithinMs = 180_000;
const answersWithinMs = 60_000;
/** A broker that hands its partitions over may wait for a controller that is gone. */
const stopWithinMs = 15_000;
const stateOf = (directory) => path.join(directory, 'broker.json');

/** Starts one node of a cluster, or finds it running; returns its process number once its cluster knows it. */
export async function startBroker(settings, node) {
  const { id, directory, internalPort } = node;
  const isReady = (timeoutMs) => isInCluster(id, `127.0.0.1:${internalPort}`, timeoutMs);
  const properties = path.join(directory, 'server.properties');
  const wanted = propertiesOf(settings, node);
  const running = runningBroker(directory);
  if (running !== undefined) {
    if (readFileSync(properties, 'utf8') === wanted && (await comesUp(directory, isReady))) return running;
    await stopBroker(directory);
  }
  const jars = path.join(await provideKafka(), '*');
  mkdirSync(directory, { recursive: true });
  writeFileSync(properties, wanted);
  const memory = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  if (!existsSync(path.join(directory, 'data', 'meta.properties'))) {
    const users = settings.secured === undefined ? [] : scramUsers;
    const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${settings.cluster}`, '-c', properties, ...users];
    await runCommand(['java', ...memory, '-cp', jars, ...format]);
  }
  const logFile = path.join(directory, 'broker.log');
  const log = openSync(logFile, 'a');
  const child = spawn('java', [...memory, '-cp', jars, 'kafka.Kafka', properties], { detached: true, stdio: ['ignore', log, log] });
  let ended = false;
  child.on('error', () => (ended = true)).on('exit', () => (ended = true));
  child.unref();
  writeFileSync(stateOf(directory), JSON.stringify({ pid: child.pid }));
  for (const deadline = Date.now() + startWithinMs; !(await isReady(2000)); await sleep(200)) {
    if (!ended && Date.now() < deadline) continue;
    await stopBroker(directory, 'SIGKILL');
    throw new Error(`Kafka's broker ${id} did not start; its log ${logFile} says:\n${readFileSync(logFile, 'utf8').slice(-1500)}`);
  }
  return child.pid;
}

/** Does a running broker answer in a while? One that is slow, or waits for the others of its cluster, must not be taken from them. */
async function comesUp(directory, isReady) {
  for (const deadline = Date.now() + answersWithinMs; Date.now() < deadline && runningBroker(directory) !== undefined; await sleep(200)) {
    if (await isReady(2000)) return true;
  }
  return false;
}

/** Ends the broker of a folder, by `signal`, and waits until it is gone. */
export async function stopBroker(directory, signal = 'SIGTERM') {
  const pid = runningBroker(directory);
  if (pid === undefined) return;
  process.kill(pid, signal);
  for (const deadline = Date.now() + stopWithinMs; runningBroker(directory) !== undefined; await sleep(50)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
  }
  rmSync(stateOf(directory), { force: true });
}

/** The process of a folder's living broker: its number may have become another's. */
function runningBroker(directory) {
  try {
    const { pid } = JSON.parse(readFileSync(stateOf(directory), 'utf8'));
    process.kill(pid, 0);
    const commandLine = `/proc/${pid}/cmdline`;
    if (existsSync(commandLine) && !readFileSync(commandLine, 'utf8').includes(directory)) return undefined;
    return pid;
  } catch {
    return undefined;
  }
}

/** Does the broker answer, and count itself among its cluster's brokers? Asked past what is advertised. */
async function isInCluster(id, address, timeoutMs) {
  const retry = { retries: 0 };
  const kafka = new kafkajs.Kafka({ brokers: [address], clientId: 'ready-check', connectionTimeout: timeoutMs, logLevel: 0, retry });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.some(({ nodeId }) => nodeId === id);
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
