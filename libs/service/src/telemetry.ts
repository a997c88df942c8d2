import { failureKinds } from '@mammoline/kernel';
import type { GroupDepth } from '@mammoline/messaging';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { noTracing, type Tracing } from './tracing/tracing.ts';
import { watchGauge } from './watch-gauge.ts';

const secondBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export type Telemetry = ReturnType<typeof createTelemetry>;

/** The metrics of one service, in a registry of its own, and what makes its spans. Labels are bounded: names of stages, topics, methods, parts; never ids. */
export function createTelemetry(service: string, tracing: Tracing = noTracing) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const stageRetries = new Counter({
    name: 'mammoline_stage_retries_total',
    help: 'Deliveries that are tried again, by the kind of failure.',
    labelNames: ['stage', 'kind'] as const,
    registers,
  });
  const deadLetters = new Counter({
    name: 'mammoline_dead_letters_total',
    help: 'Events that a stage gave up, by the kind of failure.',
    labelNames: ['stage', 'kind'] as const,
    registers,
  });

  const stageSeconds = new Histogram({
    name: 'mammoline_stage_seconds',
    help: 'Duration of a delivery to a stage, by outcome: done, skip, repeat, retry, dead.',
    labelNames: ['stage', 'outcome'] as const,
    buckets: secondBuckets,
    registers,
  });

  return {
    registry,
    tracing,
    /** Tells a stage's deliveries and failures before there are any: Prometheus sees no increase in a series that begins with its first. */
    expectStage: (stage: string): void => {
      for (const outcome of ['done', 'skip', 'repeat', 'retry', 'dead']) stageSeconds.zero({ stage, outcome });
      for (const kind of failureKinds) for (const counter of [stageRetries, deadLetters]) counter.inc({ stage, kind }, 0);
    },
    stageSeconds,
    stageInFlight: new Gauge({
      name: 'mammoline_stage_in_flight',
      help: 'Deliveries that a stage of this process has in hand.',
      labelNames: ['stage'] as const,
      registers,
    }),
    stageRetries,
    deadLetters,
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
      watchGauge(
        registry,
        { name: 'mammoline_queue_depth', help: 'Events that wait for a stage, retry or run.', labelNames: ['stage', 'topic'] },
        async () => (await readOnce()).map(({ group, topic, pending }) => ({ labels: { stage: group, topic }, value: pending })),
      );
      watchGauge(
        registry,
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
    watchDeadLetters: (read: () => Promise<readonly { readonly stage: string; readonly count: number }[]>): void => {
      watchGauge(
        registry,
        { name: 'mammoline_open_dead_letters', help: 'Dead letters of a stage that nobody has replayed yet.', labelNames: ['stage'] },
        async () => (await read()).map(({ stage, count }) => ({ labels: { stage }, value: count })),
      );
    },
    watchOutbox: (read: { readonly depth: () => Promise<number>; readonly oldestAgeMs: () => Promise<number> }): void => {
      watchGauge(registry, { name: 'mammoline_outbox_depth', help: 'Events that wait to be published.', labelNames: [] }, async () => [
        { labels: {}, value: await read.depth() },
      ]);
      watchGauge(
        registry,
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
