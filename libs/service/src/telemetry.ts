import type { GroupDepth } from '@mammoline/messaging';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { noTracing, type Tracing } from './tracing/tracing.ts';
import { readWithin } from './read-within.ts';

const secondBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Longest wait for a number that Postgres or the broker has; well under a scrape's limit of 10 s. */
const readLimitMs = 2000;

export type Telemetry = ReturnType<typeof createTelemetry>;

/** The metrics of one service, in a registry of its own, and what makes its spans. Labels are bounded: names of stages, topics, methods, parts; never ids. */
export function createTelemetry(service: string, tracing: Tracing = noTracing) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  /** A number that is asked for when metrics are read; it is not told while whoever has it does not answer. */
  const watch = <Label extends string>(
    about: { readonly name: string; readonly help: string; readonly labelNames: readonly Label[] },
    read: () => Promise<readonly { readonly labels: Readonly<Partial<Record<Label, string>>>; readonly value: number }[]>,
  ): void => {
    const readInTime = readWithin(readLimitMs, read);
    const gauge = new Gauge({
      ...about,
      labelNames: [...about.labelNames],
      registers,
      collect: async () => {
        const values = await readInTime();
        gauge.reset();
        // A gauge without labels says 0 after a reset.
        if (values === undefined && about.labelNames.length === 0) gauge.remove();
        for (const { labels, value } of values ?? []) gauge.set(labels, value);
      },
    });
  };

  return {
    registry,
    tracing,
    stageSeconds: new Histogram({
      name: 'mammoline_stage_seconds',
      help: 'Duration of a delivery to a stage, by outcome: done, skip, repeat, retry, dead.',
      labelNames: ['stage', 'outcome'] as const,
      buckets: secondBuckets,
      registers,
    }),
    stageInFlight: new Gauge({
      name: 'mammoline_stage_in_flight',
      help: 'Deliveries that a stage of this process has in hand.',
      labelNames: ['stage'] as const,
      registers,
    }),
    stageRetries: new Counter({
      name: 'mammoline_stage_retries_total',
      help: 'Deliveries that are tried again, by the kind of failure.',
      labelNames: ['stage', 'kind'] as const,
      registers,
    }),
    deadLetters: new Counter({
      name: 'mammoline_dead_letters_total',
      help: 'Events that a stage gave up, by the kind of failure.',
      labelNames: ['stage', 'kind'] as const,
      registers,
    }),
    grpcSeconds: new Histogram({
      name: 'mammoline_grpc_seconds',
      help: 'Duration of a gRPC call, by method and status code.',
      labelNames: ['method', 'code'] as const,
      buckets: secondBuckets,
      registers,
    }),
    relayPublished: new Counter({
      name: 'mammoline_relay_published_total',
      help: 'Events that the outbox relay of this process published.',
      labelNames: ['topic'] as const,
      registers,
    }),
    relayFailures: new Counter({
      name: 'mammoline_relay_failures_total',
      help: 'Batches of events that the transport did not take.',
      registers,
    }),
    outboxSetAside: new Counter({ name: 'mammoline_outbox_set_aside_total', help: 'Events that the transport keeps refusing.', registers }),
    ready: new Gauge({
      name: 'mammoline_ready',
      help: '1 where a part that the service needs (postgres, queue or kafka, blobs) answers, 0 where it does not.',
      labelNames: ['part'] as const,
      registers,
    }),
    watchQueueDepth: (read: () => Promise<readonly GroupDepth[]>): void => {
      let reading: ReturnType<typeof read> | undefined;
      const readOnce = (): ReturnType<typeof read> =>
        (reading ??= read().finally(() => {
          reading = undefined;
        }));
      watch(
        { name: 'mammoline_queue_depth', help: 'Events that wait for a stage, retry or run.', labelNames: ['stage', 'topic'] },
        async () => (await readOnce()).map(({ group, topic, pending }) => ({ labels: { stage: group, topic }, value: pending })),
      );
      watch(
        {
          name: 'mammoline_consumer_lag',
          help: 'Messages after the offset that a stage has committed in a partition; on Kafka alone.',
          labelNames: ['stage', 'topic', 'partition'],
        },
        async () =>
          (await readOnce()).flatMap(({ group, topic, lags = [] }) =>
            lags.map(({ partition, lag }) => ({ labels: { stage: group, topic, partition: String(partition) }, value: lag })),
          ),
      );
    },
    watchOutbox: (read: { readonly depth: () => Promise<number>; readonly oldestAgeMs: () => Promise<number> }): void => {
      watch({ name: 'mammoline_outbox_depth', help: 'Events that wait to be published.', labelNames: [] }, async () => [
        { labels: {}, value: await read.depth() },
      ]);
      watch(
        {
          name: 'mammoline_outbox_oldest_seconds',
          help: 'Age of the oldest event that waits to be published; 0 where none does.',
          labelNames: [],
        },
        async () => [{ labels: {}, value: (await read.oldestAgeMs()) / 1000 }],
      );
    },
  };
}
