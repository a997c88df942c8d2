import { predictionV1 } from '@mammoline/contracts';
import { createTestDatabase, openReflectionClient, startTestKafka, whyNoKafka, type TestDatabase } from '@mammoline/testing';
import { existsSync } from 'node:fs';
import { createChannel, createClient, Status } from 'nice-grpc';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openGreeters, patience, type Greeters } from './start-greeter.fixture.ts';

describe('runService', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let greeters: Greeters;
  const start: Greeters['start'] = (changes) => greeters.start(changes);

  beforeAll(async () => {
    database = await createTestDatabase();
    greeters = await openGreeters(() => database.url);
  }, 60_000);
  afterEach(() => greeters.killAll());
  afterAll(async () => {
    await database.drop();
    await greeters.remove();
  });

  it('names all wrong and missing variables together and exits with 78', async () => {
    const service = start({ MAMMOLINE_POSTGRES_URL: '', MAMMOLINE_GRACE_MS: 'soon', GREETER_MODE: 'sometimes', GREETER_WIDTH: 'wide' });
    expect(await service.exit()).toBe(78);
    expect(service.output.text).toMatch(/MAMMOLINE_POSTGRES_URL: missing/);
    for (const found of ['MAMMOLINE_GRACE_MS: found "soon"', 'GREETER_MODE: found "sometimes"', 'GREETER_WIDTH: found "wide"'])
      expect(service.output.text).toContain(found);
  });

  it('exits with 1 and says why where Postgres does not answer', async () => {
    const service = start({ MAMMOLINE_POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    expect(await service.exit()).toBe(1);
    expect(service.output.text).toContain('greeter failed');
  });

  it('works, answers, and stops in order when asked', async () => {
    const service = start();
    const { grpcAddress } = await service.ready();
    const { get } = service;
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/readyz')).toEqual([200, 'ready\n']);
    expect((await get('/nothing'))[0]).toBe(404);

    const generic = openReflectionClient(grpcAddress);
    expect(await generic.listServices()).toContain('mammoline.prediction.v1.PredictionService');
    generic.close();

    const channel = createChannel(grpcAddress);
    await createClient(predictionV1.PredictionServiceDefinition, channel).listPredictions({});
    channel.close();
    // The call's event went through outbox, relay and queue to a stage, and that one's event to the next.
    await vi.waitFor(async () => {
      const [, metrics] = await get('/metrics');
      expect(metrics).toMatch(/mammoline_stage_seconds_count\{service="greeter",stage="greeter",outcome="done"\} 1/);
      expect(metrics).toMatch(/mammoline_stage_seconds_count\{service="greeter",stage="greeter.second",outcome="skip"\} 1/);
      expect(metrics).toMatch(/mammoline_queue_depth\{stage="greeter",topic="mammoline.training.requested.v1",service="greeter"\} 0/);
      expect(metrics).toMatch(/mammoline_outbox_depth\{service="greeter"\} 0/);
    }, patience);

    service.child.kill('SIGTERM');
    expect(await service.exit(), service.output.text).toBe(0);
    expect(existsSync(service.readyFile)).toBe(false);
    const order = ['asked to stop', 'the ticker stopped', 'closed last', '"stopped"'].map((line) => service.output.text.indexOf(line));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  const noKafka = whyNoKafka();
  it.skipIf(noKafka !== undefined)(`works over Kafka${noKafka === undefined ? '' : `: ${noKafka}`}`, { timeout: 240_000 }, async () => {
    const { brokers } = await startTestKafka();
    const service = start({ MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_KAFKA_BROKERS: brokers });
    const { grpcAddress } = await service.ready();
    const channel = createChannel(grpcAddress);
    await createClient(predictionV1.PredictionServiceDefinition, channel).listPredictions({});
    channel.close();
    await vi.waitFor(async () => {
      const [, metrics] = await service.get('/metrics');
      expect(metrics).toMatch(/mammoline_stage_seconds_count\{service="greeter",stage="greeter",outcome="done"\} [1-9]/);
      expect(metrics).toMatch(/mammoline_stage_seconds_count\{service="greeter",stage="greeter.second",outcome="skip"\} [1-9]/);
      expect(metrics).toMatch(/mammoline_queue_depth\{stage="greeter",topic="mammoline.training.requested.v1",service="greeter"\} 0/);
      expect(metrics).toMatch(/mammoline_outbox_depth\{service="greeter"\} 0/);
    }, patience);
    service.child.kill('SIGTERM');
    expect(await service.exit(), service.output.text).toBe(0);
  });

  it('stops with 1 when a worker fails', async () => {
    const service = start({ GREETER_MODE: 'worker-fails' });
    expect(await service.exit()).toBe(1);
    expect(service.output.text).toContain('worker ticker failed: the ticker broke');
  });

  it('hands back what outlasts the grace time, and another process takes it', async () => {
    const slow = start({ GREETER_MODE: 'slow' });
    const { grpcAddress } = await slow.ready();
    const channel = createChannel(grpcAddress);
    await createClient(predictionV1.PredictionServiceDefinition, channel).listPredictions({});
    channel.close();
    await vi.waitFor(() => {
      expect(slow.output.text).toContain('handling');
    }, patience);
    slow.child.kill('SIGTERM');
    expect(await slow.exit(), slow.output.text).toBe(0);
    const next = start();
    await vi.waitFor(() => {
      expect(next.output.text).toMatch(/"stage":"greeter",.*"outcome":"(done|repeat)"/);
    }, patience);
    expect(next.output.text).toContain('handling');
  });

  it('ends the streams that are watched as soon as it is asked to stop', async () => {
    const service = start({ MAMMOLINE_GRACE_MS: '60000', MAMMOLINE_LOG_LEVEL: 'debug' });
    const { grpcAddress } = await service.ready();
    const channel = createChannel(grpcAddress);
    const client = createClient(predictionV1.PredictionServiceDefinition, channel);
    const watched = Promise.allSettled([client.watchPredictions({})[Symbol.asyncIterator]().next()]);
    await client.listPredictions({});
    service.child.kill('SIGTERM');
    expect(await watched).toMatchObject([{ status: 'rejected', reason: { code: Status.UNAVAILABLE } }]);
    channel.close();
    expect(await service.exit(), service.output.text).toBe(0);
    expect(service.output.text).not.toContain('a defect of ours');
  }, 20_000);

  it('exits at once when asked twice', async () => {
    const service = start({ GREETER_MODE: 'slow', MAMMOLINE_GRACE_MS: '60000' });
    const { grpcAddress } = await service.ready();
    const channel = createChannel(grpcAddress);
    await createClient(predictionV1.PredictionServiceDefinition, channel).listPredictions({});
    channel.close();
    await vi.waitFor(() => {
      expect(service.output.text).toContain('handling');
    }, patience);
    service.child.kill('SIGTERM');
    await vi.waitFor(() => {
      expect(service.output.text).toContain('asked to stop');
    }, patience);
    service.child.kill('SIGINT');
    expect(await service.exit()).toBe(1);
  });
});
