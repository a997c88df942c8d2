import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const secondBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export type Telemetry = ReturnType<typeof createTelemetry>;

/** The metrics of one service, in a registry of its own. */
export function createTelemetry(service: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    stageSeconds: new Histogram({
      name: 'mammoline_stage_seconds',
      help: 'Duration of a delivery to a stage, by outcome: done, skip, repeat, retry, dead.',
      labelNames: ['stage', 'outcome'] as const,
      buckets: secondBuckets,
      registers,
    }),
    stageRetries: new Counter({
      name: 'mammoline_stage_retries_total',
      help: 'Deliveries that are tried again.',
      labelNames: ['stage', 'kind'] as const,
      registers,
    }),
    deadLetters: new Counter({
      name: 'mammoline_dead_letters_total',
      help: 'Events that a stage gave up.',
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
    outboxSetAside: new Counter({ name: 'mammoline_outbox_set_aside_total', help: 'Events that the transport keeps refusing.', registers }),
    /** Watches a number that is asked for when metrics are read. */
    watchQueueDepth: (
      read: () => Promise<readonly { readonly group: string; readonly topic: string; readonly pending: number }[]>,
    ): void => {
      const gauge = new Gauge({
        name: 'mammoline_queue_depth',
        help: 'Events that wait for a stage, retry or run.',
        labelNames: ['stage', 'topic'] as const,
        registers,
        collect: async () => {
          gauge.reset();
          for (const { group, topic, pending } of await read()) gauge.set({ stage: group, topic }, pending);
        },
      });
    },
    watchOutboxDepth: (read: () => Promise<number>): void => {
      const gauge = new Gauge({
        name: 'mammoline_outbox_depth',
        help: 'Events that wait to be published.',
        registers,
        collect: async () => {
          gauge.set(await read());
        },
      });
    },
  };
}
