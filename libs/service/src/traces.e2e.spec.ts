import { predictionV1 } from '@mammoline/contracts';
import {
  createTestDatabase,
  startTestCollector,
  startTestKafka,
  whyNoKafka,
  type CollectedSpan,
  type TestCollector,
  type TestDatabase,
} from '@mammoline/testing';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createChannel, createClientFactory, Status, type Client } from 'nice-grpc';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openGreeters, patience, type Greeters } from './start-greeter.fixture.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { traceClientCalls } from './tracing/trace-calls.ts';
import { tracingVariables } from './tracing/tracing-variables.ts';

const [server, client, producer, consumer] = [2, 3, 4, 5];
const requested = 'mammoline.training.requested.v1';
const published = 'mammoline.model.published.v1';
const path = 'mammoline.prediction.v1.PredictionService';
const log = pino({ level: 'silent' });

describe('traces', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let greeters: Greeters;
  let collector: TestCollector;

  beforeAll(async () => {
    database = await createTestDatabase();
    greeters = await openGreeters(() => database.url);
  }, 60_000);
  beforeEach(async () => {
    collector = await startTestCollector();
  });
  afterEach(async () => {
    await greeters.killAll();
    await collector.close();
  });
  afterAll(async () => {
    await database.drop();
    await greeters.remove();
  });

  const otel = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50' });

  /** Calls as the program `mammoline` does, in a span of its own; gives it once it is there. */
  const call = async (
    address: string,
    work: (client: Client<predictionV1.PredictionServiceDefinition>) => Promise<unknown>,
  ): Promise<CollectedSpan> => {
    const tracing = await openTracing('spec', tracingVariables.parse(otel()), log);
    const channel = createChannel(address);
    const middleware = traceClientCalls(tracing);
    await work(createClientFactory().use(middleware).create(predictionV1.PredictionServiceDefinition, channel));
    await tracing.close();
    channel.close();
    return collector.spans.find(({ service, kind }) => service === 'spec' && kind === client) ?? expect.unreachable();
  };
  const find = (traceId: string, name: string, kind: number): Promise<CollectedSpan> =>
    vi.waitFor(() => {
      const ofTrace = collector.spans.filter((span) => span.traceId === traceId);
      const found = ofTrace.filter((span) => span.name === name && span.kind === kind);
      expect(found, `${name} among ${ofTrace.map((span) => span.name).join(', ')}`).toHaveLength(1);
      return found[0] ?? expect.unreachable();
    }, patience);

  const followsOneCall = async (transport: Readonly<Record<string, string>>): Promise<void> => {
    const service = greeters.start({ ...transport, ...otel() });
    const { grpcAddress } = await service.ready();
    const { traceId, spanId, parentSpanId } = await call(grpcAddress, (it) => it.listPredictions({}));
    expect(parentSpanId).toBe('');
    const served = await find(traceId, `${path}/ListPredictions`, server);
    expect(served).toMatchObject({ service: 'greeter', parentSpanId: spanId });
    const firstSent = await find(traceId, `send ${requested}`, producer);
    const first = await find(traceId, `process ${requested}`, consumer);
    expect([firstSent.parentSpanId, first.parentSpanId]).toEqual([served.spanId, served.spanId]);
    const secondSent = await find(traceId, `send ${published}`, producer);
    const second = await find(traceId, `process ${published}`, consumer);
    expect([secondSent.parentSpanId, second.parentSpanId]).toEqual([first.spanId, first.spanId]);
    expect(first.attributes).toMatchObject({
      'messaging.system': transport['MAMMOLINE_TRANSPORT'] ?? 'postgres',
      'messaging.destination.name': requested,
      'messaging.consumer.group.name': 'greeter',
      'messaging.message.id': firstSent.attributes['messaging.message.id'],
      'mammoline.attempt': 1,
      'mammoline.outcome': 'done',
    });
    expect(second.attributes['mammoline.outcome']).toBe('skip');
    expect(collector.spans.filter((span) => span.traceId === traceId && span.failed)).toEqual([]);
  };

  it('follow one call through outbox, relay and queue on Postgres', () => followsOneCall({}));

  const noKafka = whyNoKafka();
  it.skipIf(noKafka !== undefined)(`follow it over Kafka${noKafka === undefined ? '' : `: ${noKafka}`}`, { timeout: 240_000 }, async () => {
    const { brokers } = await startTestKafka();
    await followsOneCall({ MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_KAFKA_BROKERS: brokers });
  });

  it('tell what failed and how, and never whom it was about', async () => {
    const service = greeters.start({ GREETER_MODE: 'refuses', ...otel() });
    const { grpcAddress } = await service.ready();
    const { traceId } = await call(grpcAddress, (it) => it.listPredictions({}));
    const refused = await find(traceId, `process ${requested}`, consumer);
    expect(refused).toMatchObject({ failed: true, attributes: { 'mammoline.outcome': 'dead', 'error.type': 'invalid' } });
    // What the dead letter's copy says follows from the span that failed.
    expect((await find(traceId, `send ${requested}.dlq`, producer)).parentSpanId).toBe(refused.spanId);
    for (const secret of ['P_00042', 'Jane', database.url]) expect(collector.received().includes(secret), secret).toBe(false);
  });

  it('tell a caller from a server at fault', async () => {
    const service = greeters.start(otel());
    const { grpcAddress } = await service.ready();
    const asked = await call(grpcAddress, (it) => expect(it.getPrediction({})).rejects.toMatchObject({ code: Status.NOT_FOUND }));
    expect(asked).toMatchObject({ failed: true, attributes: { 'rpc.grpc.status_code': Status.NOT_FOUND } });
    const answered = await find(asked.traceId, `${path}/GetPrediction`, server);
    expect(answered).toMatchObject({ failed: false, attributes: { 'rpc.grpc.status_code': Status.NOT_FOUND } });
  });

  it('end where a stream is left', async () => {
    const service = greeters.start(otel());
    const { grpcAddress } = await service.ready();
    const watched = await call(grpcAddress, async (it) => {
      const leave = new AbortController();
      const watching = expect(it.watchPredictions({}, { signal: leave.signal })[Symbol.asyncIterator]().next()).rejects.toThrow();
      setTimeout(() => {
        leave.abort();
      }, 500);
      await watching;
    });
    expect(watched).toMatchObject({ failed: false, attributes: { 'rpc.grpc.status_code': Status.CANCELLED } });
    expect((await find(watched.traceId, `${path}/WatchPredictions`, server)).failed).toBe(false);
  });

  it('hold long work and its blobs, and nothing of what only looks', async () => {
    const service = greeters.start(otel());
    await service.ready();
    expect((await service.get('/readyz'))[0]).toBe(200);
    const tick = await vi.waitFor(() => collector.spans.find(({ name }) => name === 'tick') ?? expect.unreachable(), patience);
    expect(tick).toMatchObject({ parentSpanId: '', attributes: { 'greeter.ticks': 1 } });
    for (const name of ['blob put', 'blob get']) expect((await find(tick.traceId, name, client)).parentSpanId).toBe(tick.spanId);
    service.child.kill('SIGTERM');
    expect(await service.exit()).toBe(0);
    // Probes, polls of the queue and pings of the store.
    expect([...new Set(collector.spans.map(({ name }) => name))].sort()).toEqual(['blob get', 'blob put', 'tick']);
  });

  it('hold up neither the work nor the stop where the collector is away, and say so', async () => {
    const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_BSP_SCHEDULE_DELAY: '50' };
    const service = greeters.start({ ...away, OTEL_EXPORTER_OTLP_TIMEOUT: '300' });
    await service.ready();
    await vi.waitFor(() => {
      expect(service.output.text).toContain('spans are lost');
    }, patience);
    service.child.kill('SIGTERM');
    expect(await service.exit(), service.output.text).toBe(0);
  });

  it('are given up after a moment where the collector hangs at the stop', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const bound = silent.address();
    const endpoint = `http://127.0.0.1:${String(typeof bound === 'object' && bound !== null ? bound.port : 0)}`;
    const service = greeters.start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
    await service.ready();
    service.child.kill('SIGTERM');
    // A stop that takes too long is cut off with 1.
    expect(await service.exit(), service.output.text).toBe(0);
    silent.close();
  });

  it('are not made where nobody wants them', async () => {
    const service = greeters.start({ ...otel(), OTEL_SDK_DISABLED: 'true' });
    const { grpcAddress } = await service.ready();
    const { traceId } = await call(grpcAddress, (it) => it.listPredictions({}));
    await vi.waitFor(async () => {
      expect((await service.get('/metrics'))[1]).toMatch(/stage="greeter.second",outcome="skip"\} [1-9]/);
    }, patience);
    service.child.kill('SIGTERM');
    expect(await service.exit()).toBe(0);
    expect(collector.spans.map(({ service: of, traceId: id }) => [of, id])).toEqual([['spec', traceId]]);
  });
});
