#!/usr/bin/env node
// node tools/s3.mjs start|stop|kill FOLDER: an S3 server (SeaweedFS) on free ports of this machine; FOLDER keeps its data, ports and credentials.
// `start` returns once it answers and has its bucket, and prints {"pid", "endpoint", "url", "environment"}: MAMMOLINE_BLOBS_URL, and what the AWS SDK needs beside it.
// Starters of one folder take turns; the second finds the server running.
import path from 'node:path';
import { underLock } from './kafka/under-lock.mjs';
import { startObjectStore, stopObjectStore } from './s3/object-store.mjs';
import { reportFailure } from './setup/report-failure.mjs';

const actions = {
  start: async (directory) => console.log(JSON.stringify(await startObjectStore(directory))),
  stop: (directory) => stopObjectStore(directory),
  kill: (directory) => stopObjectStore(directory, 'SIGKILL'),
};

const [action = '', folder = ''] = process.argv.slice(2);

if (actions[action] === undefined || folder === '') {
  console.error('usage: node tools/s3.mjs start|stop|kill FOLDER');
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
