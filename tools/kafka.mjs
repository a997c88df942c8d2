#!/usr/bin/env node
// node tools/kafka.mjs start|stop|kill FOLDER [options]: real Kafka brokers on free ports of this machine, their data in FOLDER, which keeps their ports too.
//   --brokers 3              a cluster of so many; the folder remembers it
//   --broker 2               this one alone, of a cluster that was started before
//   --advertise HOST:PORT,…  what the brokers tell their clients to come to, one each: proxies in front of them
//   --secured                listeners with TLS and SASL and an authorizer beside the plain one (tools/kafka/secured.properties)
// `start` returns once they answer, and prints {"brokers", "nodes": [{"id", "pid", "address", "advertised"}]} and what is secured.
// Starters of one broker take turns; the second finds it running.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster, stopCluster } from './kafka/cluster.mjs';
import { reportFailure } from './setup/report-failure.mjs';

const actions = {
  start: async (directory, options) => console.log(JSON.stringify(await startCluster(directory, options))),
  stop: (directory, { broker }) => stopCluster(directory, { broker }),
  kill: (directory, { broker }) => stopCluster(directory, { broker, signal: 'SIGKILL' }),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { brokers: { type: 'string' }, broker: { type: 'string' }, advertise: { type: 'string' }, secured: { type: 'boolean' } },
});
const [action = '', folder = ''] = positionals;

if (actions[action] === undefined || folder === '') {
  console.error('usage: node tools/kafka.mjs start|stop|kill FOLDER [--brokers N] [--broker I] [--advertise HOST:PORT,...] [--secured]');
  process.exitCode = 2;
} else {
  const number = (text) => (text === undefined ? undefined : Number(text));
  const directory = path.resolve(folder);
  const { brokers, broker, advertise, secured } = values;
  const options = { brokers: number(brokers), broker: number(broker), advertise: advertise?.split(','), secured };
  try {
    await actions[action](directory, options);
  } catch (error) {
    reportFailure(error);
  }
}
