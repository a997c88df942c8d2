import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { inWorkspace } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { provideKafka } from './provide-kafka.mjs';

const template = inWorkspace('tools', 'kafka', 'server.properties');
const stateOf = (directory) => path.join(directory, 'broker.json');

/**
 * Starts the broker that keeps its data in `directory`, or gives back the one that runs there. Returns once it answers.
 * It outlives this process; the same folder keeps its ports and its data, so it can be killed and started again.
 */
export async function startBroker(directory) {
  const running = runningBroker(directory);
  if (running !== undefined && (await answers(running.brokers, 2000))) return running;
  if (running !== undefined) await stopBroker(directory);
  const jars = path.join(await provideKafka(), '*');
  mkdirSync(directory, { recursive: true });
  const properties = path.join(directory, 'server.properties');
  if (!existsSync(path.join(directory, 'data'))) {
    const [port, controllerPort] = await freePorts(2);
    const values = { port, controllerPort, directory };
    writeFileSync(
      properties,
      readFileSync(template, 'utf8').replaceAll(/\{(\w+)\}/g, (_all, name) => String(values[name])),
    );
    const cluster = randomBytes(16).toString('base64url');
    await runCommand([
      'java',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      jars,
      'kafka.tools.StorageTool',
      'format',
      `--cluster-id=${cluster}`,
      '-c',
      properties,
    ]);
  }
  const brokers = /^advertised\.listeners=BROKER:\/\/(.+)$/m.exec(readFileSync(properties, 'utf8'))[1];
  const logFile = path.join(directory, 'broker.log');
  const log = openSync(logFile, 'a');
  const memory = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const child = spawn('java', [...memory, '-cp', jars, 'kafka.Kafka', properties], { detached: true, stdio: ['ignore', log, log] });
  let ended = false;
  child.on('error', () => (ended = true)).on('exit', () => (ended = true));
  child.unref();
  const broker = { pid: child.pid, brokers };
  writeFileSync(stateOf(directory), JSON.stringify(broker));
  for (const deadline = Date.now() + 120_000; !(await answers(brokers, 1000)); await sleep(200)) {
    if (ended || Date.now() > deadline)
      throw new Error(`the Kafka broker did not start; its log ${logFile} says:\n${readFileSync(logFile, 'utf8').slice(-1500)}`);
  }
  return broker;
}

/** Ends the broker of a folder, by `signal`, and waits until it is gone. */
export async function stopBroker(directory, signal = 'SIGTERM') {
  const running = runningBroker(directory);
  if (running === undefined) return;
  process.kill(running.pid, signal);
  for (const deadline = Date.now() + 30_000; runningBroker(directory) !== undefined; await sleep(50)) {
    if (Date.now() > deadline) process.kill(running.pid, 'SIGKILL');
  }
  rmSync(stateOf(directory), { force: true });
}

/** The living broker of a folder: a process number may have become another's. */
function runningBroker(directory) {
  try {
    const broker = JSON.parse(readFileSync(stateOf(directory), 'utf8'));
    process.kill(broker.pid, 0);
    const commandLine = `/proc/${broker.pid}/cmdline`;
    if (existsSync(commandLine) && !readFileSync(commandLine, 'utf8').includes(directory)) return undefined;
    return broker;
  } catch {
    return undefined;
  }
}

/** Does a broker tell its cluster? */
async function answers(brokers, timeoutMs) {
  const retry = { retries: 0 };
  const kafka = new kafkajs.Kafka({ brokers: [brokers], clientId: 'ready-check', connectionTimeout: timeoutMs, logLevel: 0, retry });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) =>
          createServer().listen(0, '127.0.0.1', function () {
            resolve(this);
          }),
        ),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
