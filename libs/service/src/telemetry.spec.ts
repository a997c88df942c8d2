import { readFileSync } from 'node:fs';
import { failureKinds, unavailable } from '@mammoline/kernel';
import { lintMetrics, parseMetrics, readMetricsReference } from '@mammoline/testing';
import { describe, expect, it, vi } from 'vitest';
import { createInputMetrics } from './input-metrics.ts';
import { runtimeConfigSchema } from './runtime-config.ts';
import { createTelemetry } from './telemetry.ts';

const page = (name: string): string => readFileSync(new URL(`../../../docs/reference/${name}.md`, import.meta.url), 'utf8');
const reference = page('runtime');

describe('createTelemetry', () => {
  it('has the metrics that the reference tells of, with their labels, and no others', async () => {
    const telemetry = createTelemetry('spec');
    telemetry.watchQueueDepth(() => Promise.resolve([]));
    telemetry.watchOutbox({ depth: () => Promise.resolve(0), oldestAgeMs: () => Promise.resolve(0) });
    telemetry.watchDeadLetters(() => Promise.resolve([]));
    createInputMetrics(telemetry.registry);
    const made = telemetry.registry
      .getMetricsAsArray()
      .filter(({ name }) => name.startsWith('mammoline_'))
      .map((metric) => {
        const labels: readonly unknown[] = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
        return { name: metric.name, labels: labels.toSorted() };
      });
    const told = readMetricsReference()
      .filter(({ section }) => section === 'Every service' || section.startsWith('Inputs'))
      .map(({ name, labels }) => ({ name, labels }));
    const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
    expect(made.sort(byName)).toEqual(told.sort(byName));
    const metrics = parseMetrics(await telemetry.registry.metrics());
    expect(lintMetrics(metrics)).toEqual([]);
    expect(metrics.map(({ name }) => name)).toContain('nodejs_eventloop_lag_seconds');
  });

  it('tells the deliveries and failures of a stage before there are any', async () => {
    const telemetry = createTelemetry('spec');
    telemetry.expectStage('greeter');
    const metrics = await telemetry.registry.metrics();
    for (const outcome of ['done', 'skip', 'repeat', 'retry', 'dead'])
      expect(metrics).toContain(`mammoline_stage_seconds_count{service="spec",stage="greeter",outcome="${outcome}"} 0`);
    for (const kind of failureKinds) {
      expect(metrics).toContain(`mammoline_dead_letters_total{stage="greeter",kind="${kind}",service="spec"} 0`);
      expect(metrics).toContain(`mammoline_stage_retries_total{stage="greeter",kind="${kind}",service="spec"} 0`);
    }
  });

  it('has its variables in the reference', () => {
    const told = new Set([...`${reference}${page('security')}`.matchAll(/`((?:MAMMOLINE|OTEL)_\w+)`/g)].map(([, name]) => name));
    for (const variable of Object.keys(runtimeConfigSchema.shape)) expect(told, variable).toContain(variable);
  });

  it('answers without the numbers whose owner fails or hangs, and does not ask a second time meanwhile', async () => {
    const telemetry = createTelemetry('spec');
    const hanging = vi.fn(() => new Promise<number>(() => undefined));
    telemetry.watchOutbox({ depth: hanging, oldestAgeMs: () => Promise.reject(unavailable('Postgres is away')) });
    let depths = [{ group: 'greeter', topic: 'greetings', pending: 3, lags: [{ partition: 2, lag: 5 }] }];
    telemetry.watchQueueDepth(() => (depths.length > 0 ? Promise.resolve(depths) : Promise.reject(unavailable('the queue is away'))));
    vi.useFakeTimers();
    const read = async (): Promise<string> => {
      const metrics = telemetry.registry.metrics();
      await vi.advanceTimersByTimeAsync(2000);
      return metrics;
    };
    try {
      expect(await read()).toContain('mammoline_queue_depth{stage="greeter",topic="greetings",service="spec"} 3');
      expect(await read()).toContain('mammoline_consumer_lag{stage="greeter",topic="greetings",partition="2",service="spec"} 5');
      depths = [];
      const metrics = await read();
      expect(metrics).toContain('process_cpu_seconds_total');
      expect(metrics).not.toMatch(/^mammoline_(outbox_depth|outbox_oldest_seconds|queue_depth)[{ ]/m);
      expect(hanging).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
