import { maskMerged, viewPrepared } from '@mammoline/contracts';
import { newUuid, sleep } from '@mammoline/kernel';
import { cpuSeconds } from './cpu-seconds.ts';
import { openBenchTransport } from './open-bench-transport.ts';
import { emptyTables, type Ground } from './open-ground.ts';
import { sampleEvent, sampleTraceparent } from './sample-events.ts';
import { startNoopService, type NoopOptions } from './start-noop-service.ts';

export interface MemorySample {
  readonly handled: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

export interface Throughput {
  readonly perSecond: number;
  /** CPU an event: of the measured process, of Postgres, of the broker. */
  readonly serviceCpuMs: number;
  readonly postgresCpuMs: number;
  readonly brokerCpuMs: number;
  readonly memory: readonly MemorySample[];
}

const publishStep = 1000;
const reportEveryMs = 1000;

/**
 * Events a second through one process, from its first event until all its own are published. The events wait for it in the transport; what it publishes is
 * subscribed to, so that on Postgres it costs queue rows too.
 */
export async function measureThroughput(
  ground: Ground,
  { events, onProgress, ...options }: NoopOptions & { readonly events: number; readonly onProgress: (sample: MemorySample) => void },
): Promise<Throughput> {
  await emptyTables(ground);
  await layOut(ground, options.transport, events);
  const service = await startNoopService(ground, options);
  const memory: MemorySample[] = [];
  try {
    const { cpuSeconds: before } = await service.report();
    const [postgresBefore, brokerBefore] = [postgresCpu(ground), brokerCpu(ground)];
    for (let handled = 0; handled < events;) {
      await sleep(reportEveryMs);
      const report = await service.report();
      handled = report.handled;
      memory.push({ handled, rssMb: report.rssBytes / 2 ** 20, heapMb: report.heapBytes / 2 ** 20 });
      onProgress(memory.at(-1) ?? { handled, rssMb: 0, heapMb: 0 });
    }
    while (!(await isPublished(ground, events))) await sleep(20);
    const endMs = Date.now();
    const { firstMs, cpuSeconds: after } = await service.report();
    const cpuMsAnEvent = (seconds: number): number => (seconds * 1000) / events;
    return {
      perSecond: (events * 1000) / (endMs - firstMs),
      serviceCpuMs: cpuMsAnEvent(after - before),
      postgresCpuMs: cpuMsAnEvent(postgresCpu(ground) - postgresBefore),
      brokerCpuMs: cpuMsAnEvent(brokerCpu(ground) - brokerBefore),
      memory,
    };
  } finally {
    await service.stop();
  }
}

const postgresCpu = ({ postgres }: Ground): number => cpuSeconds(postgres.pid);
const brokerCpu = ({ kafka }: Ground): number => (kafka?.nodes ?? []).reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);

/** Subscribes the groups and publishes the events that they are to take. */
async function layOut(ground: Ground, name: NoopOptions['transport'], events: number): Promise<void> {
  const transport = await openBenchTransport(ground, name);
  try {
    for (const [group, topic] of [
      ['bench-noop', maskMerged.topic],
      ['bench-sink', viewPrepared.topic],
    ] as const) {
      const onFatal = (error: Error): void => {
        throw error;
      };
      const handle = () => Promise.resolve({ kind: 'ack' } as const);
      await (await transport.consume({ group, topics: [topic], concurrency: 1, handle, onFatal })).stop(1000);
    }
    const rest = { source: '/mammoline/bench', time: new Date(), traceparent: sampleTraceparent };
    for (let from = 0; from < events; from += publishStep) {
      const count = Math.min(publishStep, events - from);
      await transport.publish(Array.from({ length: count }, (_, at) => ({ ...sampleEvent(from + at), id: newUuid(), ...rest })));
    }
  } finally {
    await transport.close();
  }
}

async function isPublished({ sql }: Ground, events: number): Promise<boolean> {
  const { rows } = await sql.query<{ published: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM "Outbox" WHERE "publishedAt" IS NULL) AND (SELECT count(*) FROM "Outbox") >= $1 AS published`,
    [events],
  );
  return rows[0]?.published === true;
}
