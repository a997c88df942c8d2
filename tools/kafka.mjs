#!/usr/bin/env node
// node tools/kafka.mjs start|stop|kill FOLDER: a real Kafka broker on a free port of this machine, its data in FOLDER; `start` prints {"pid", "brokers"}.
// Starters of one folder take turns; the second finds the broker running.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker, stopBroker } from './kafka/broker.mjs';
import { reportFailure } from './setup/report-failure.mjs';

const actions = {
  start: async (directory) => console.log(JSON.stringify(await startBroker(directory))),
  stop: (directory) => stopBroker(directory),
  kill: (directory) => stopBroker(directory, 'SIGKILL'),
};

const [action = '', folder = ''] = process.argv.slice(2);

/** One process at a time for a folder; a lock whose holder is dead is nobody's. */
async function underLock(directory, work) {
  const lock = `${directory}.lock`;
  mkdirSync(path.dirname(directory), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHeld(lock)) rmSync(lock, { force: true });
      await sleep(100 + Math.random() * 100);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isHeld(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Just made, and not written yet.
    if (holder === 0) return true;
    process.kill(holder, 0);
    return true;
  } catch {
    return false;
  }
}

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
