// Speed of the runtime: `npm run bench:events [-- --transport kafka|postgres] [--events N] [--seconds N] [--concurrency N] [--memory N] [--node OPTION]`.
// Events a second through one process of a stage that computes nothing, with its whole effect; the delay from outbox to handler at half the goal's load; the same with a transaction
// for each event; beside kafkajs alone and Kafka's own perf tool on the same broker. --memory N: N events through each transport, with the memory on the way, and nothing else.
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureDelay } from './events/measure-delay.ts';
import { measureKafkajs } from './events/measure-kafkajs.ts';
import { measureThroughput, type MemorySample, type Throughput } from './events/measure-throughput.ts';
import { transportNames } from './events/open-bench-transport.ts';
import { openGround, type Ground } from './events/open-ground.ts';
import { runProducerPerformance } from './events/run-producer-performance.ts';
import type { Delays } from './events/summarise.ts';

const { values } = parseArgs({
  options: {
    transport: { type: 'string', multiple: true, default: [...transportNames] },
    events: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '128' },
    memory: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
  },
});
/** Events a second of one process. */
const goals = { kafka: 2000, postgres: 1000 } as const;
/** What is compared takes ten times as long for an event. */
const comparedPart = 0.1;
/** Of an event on the wire: headers, key and data. */
const sizeBytes = 400;

const events = Number(values.events);
const seconds = Number(values.seconds);
const concurrency = Number(values.concurrency);
const transports = transportNames.filter((name) => values.transport.includes(name));
if (transports.length === 0) throw new Error(`--transport: found ${values.transport.join(', ')}, expected ${transportNames.join(' or ')}`);

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const load = (): string => number(loadavg()[0] ?? 0, 1);
const say = (line: string): void => {
  console.log(line);
};

const ground = await openGround();
let closing: Promise<void> | undefined;
const end = (): void => {
  closing ??= ground.close().finally(() => process.exit(1));
};
// Of Ctrl-C a process may hear twice: from the terminal, and from what started it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
try {
  say(
    `${String(cpus().length)} x ${cpus()[0]?.model ?? '?'}, ${number(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load ${load()}\n`,
  );
  if (values.memory === undefined) await measureSpeed(ground);
  else await measureMemory(ground, Number(values.memory));
} finally {
  await ground.close();
}

async function measureSpeed(on: Ground): Promise<void> {
  const peers = on.kafka === undefined ? undefined : { brokers: on.kafka.brokers, events, sizeBytes, perSecond: goals.kafka / 2, seconds };
  const raw = peers === undefined ? undefined : await measureKafkajs(peers.brokers, peers);
  const perfTool = peers === undefined ? undefined : await runProducerPerformance(peers.brokers, peers);

  say('| | events/s | CPU ms an event: service | Postgres | broker | load |');
  say('| --- | --- | --- | --- | --- | --- |');
  if (raw !== undefined) {
    say(`| kafkajs alone, produce | ${number(raw.producedPerSecond)} | | | | |`);
    say(`| kafkajs alone, consume | ${number(raw.consumedPerSecond)} | | | | |`);
  }
  if (perfTool !== undefined) say(`| kafka-producer-perf-test | ${number(perfTool)} | | | | |`);
  const rows: { readonly name: string; readonly delays: Delays }[] =
    raw === undefined ? [] : [{ name: 'kafkajs alone', delays: raw.delays }];
  for (const transport of transports) {
    if (transport === 'kafka' && on.kafka === undefined) {
      say(`| kafka: ${on.noKafka ?? ''} | | | | | |`);
      continue;
    }
    const run = async (
      what: string,
      how: { readonly concurrency: number; readonly commitTogether?: number },
      part = 1,
    ): Promise<Throughput> => {
      const onProgress = (): void => undefined;
      const measured = await measureThroughput(on, { transport, events: events * part, nodeOptions: values.node, onProgress, ...how });
      const cpu = [measured.serviceCpuMs, measured.postgresCpuMs, measured.brokerCpuMs].map((ms) => number(ms, 2));
      say(`| ${transport}: ${what} | ${number(measured.perSecond)} | ${cpu.join(' | ')} | ${load()} |`);
      return measured;
    };
    const together = await run(`${String(concurrency)} at once`, { concurrency });
    const single = await run(`${String(concurrency)} at once, a transaction each`, { concurrency, commitTogether: 1 }, comparedPart);
    await run('2 at once', { concurrency: 2 }, comparedPart);
    say(`| ${transport}: together over single | ${number(together.perSecond / single.perSecond, 1)} x | | | | |`);
    say(`| ${transport}: goal ${number(goals[transport])} | ${number(together.perSecond / goals[transport], 2)} x | | | | |`);
    const perSecond = goals[transport] / 2;
    const delays = await measureDelay(on, { transport, concurrency, perSecond, seconds, nodeOptions: [] });
    rows.push({ name: `${transport}, ${String(perSecond)} events/s`, delays });
  }
  say('\n| from outbox to handler | events | p50 ms | p99 ms | max ms |\n| --- | --- | --- | --- | --- |');
  for (const { name, delays } of rows)
    say(`| ${name} | ${number(delays.count)} | ${number(delays.p50Ms)} | ${number(delays.p99Ms)} | ${number(delays.maxMs)} |`);
}

async function measureMemory(on: Ground, count: number): Promise<void> {
  for (const transport of transports) {
    say(`| ${transport}: events | RSS MB | heap MB |\n| --- | --- | --- |`);
    let next = 0;
    const onProgress = ({ handled, rssMb, heapMb }: MemorySample): void => {
      if (handled < next) return;
      next = handled + count / 20;
      say(`| ${number(handled)} | ${number(rssMb)} | ${number(heapMb)} |`);
    };
    const { perSecond } = await measureThroughput(on, { transport, events: count, concurrency, nodeOptions: values.node, onProgress });
    say(`\n${number(perSecond)} events/s, load ${load()}\n`);
  }
}
