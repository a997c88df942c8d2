#!/usr/bin/env node
// node tools/kafka.mjs start|stop|kill FOLDER: a real Kafka broker on a free port of this machine, its data in FOLDER; `start` prints {"pid", "brokers"}.
// Starters of one folder take turns; the second finds the broker running.
import path from 'node:path';
import { startBroker, stopBroker } from './kafka/broker.mjs';
import { underLock } from './kafka/under-lock.mjs';
import { reportFailure } from './setup/report-failure.mjs';

const actions = {
  start: async (directory) => console.log(JSON.stringify(await startBroker(directory))),
  stop: (directory) => stopBroker(directory),
  kill: (directory) => stopBroker(directory, 'SIGKILL'),
};

const [action = '', folder = ''] = process.argv.slice(2);

if (actions[action] === undefined || folder === '') {
  console.error('usage: node tools/kafka.mjs start|stop|kill FOLDER');
  process.exitCode = 2;
} else {
  const directory = path.resolve(folder);
  try {
    await underLock(directory, () => actions[action](directory));
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}
