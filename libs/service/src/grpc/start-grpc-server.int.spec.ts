import { trainingV1 } from '@mammoline/contracts';
import { bug, conflict, Failure, invalid, sleep, unavailable } from '@mammoline/kernel';
import { openReflectionClient } from '@mammoline/testing';
import {
  ClientError,
  createChannel,
  createClientFactory,
  Status,
  type Channel,
  type Metadata,
  type ServiceImplementation,
} from 'nice-grpc';
import { deadlineMiddleware } from 'nice-grpc-client-middleware-deadline';
import { HealthDefinition } from 'nice-grpc-server-health';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notFound } from '../not-found.ts';
import { grpcService } from '../service.ts';
import { createTelemetry } from '../telemetry.ts';
import { startGrpcServer, type GrpcServer } from './start-grpc-server.ts';

const { TrainingServiceDefinition } = trainingV1;
const serving = 1;
const notServing = 2;

describe('startGrpcServer', () => {
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const telemetry = createTelemetry('test');
  const signals: AbortSignal[] = [];
  let thrown: Error | undefined;
  let server: GrpcServer;
  let channel: Channel;

  const implementation: ServiceImplementation<typeof TrainingServiceDefinition> = {
    startTraining: () => Promise.reject(new Error('not used')),
    cancelTraining: () => Promise.reject(new Error('not used')),
    watchTraining: async function* (_request, { signal }) {
      signals.push(signal);
      await sleep(60_000, signal);
      yield {};
    },
    listModels: () => Promise.resolve({ models: [], nextPageToken: 'x'.repeat(5 * 1024 * 1024) }),
    getModel: async ({ modelVersionId }, { signal }) => {
      signals.push(signal);
      if (modelVersionId === 'slow') await sleep(60_000, signal);
      if (thrown !== undefined) throw thrown;
      return { model: { id: modelVersionId } };
    },
  };

  beforeEach(async () => {
    logged.length = 0;
    signals.length = 0;
    thrown = undefined;
    server = await startGrpcServer({
      address: '127.0.0.1:0',
      bindings: [grpcService(TrainingServiceDefinition, implementation)],
      log,
      telemetry,
    });
    channel = createChannel(server.address, undefined, { 'grpc.max_receive_message_length': -1 });
  });
  afterEach(async () => {
    channel.close();
    await server.stop(0);
  });

  const client = () => createClientFactory().use(deadlineMiddleware).create(TrainingServiceDefinition, channel);
  const failureOf = async (error: Error): Promise<ClientError & { readonly field: string | undefined }> => {
    thrown = error;
    let field: string | undefined;
    try {
      await client().getModel(
        { modelVersionId: 'any' },
        {
          onTrailer: (trailer: Metadata) => {
            field = trailer.get('field');
          },
        },
      );
    } catch (caught) {
      if (caught instanceof ClientError) return Object.assign(caught, { field });
      throw caught;
    }
    throw new Error('the call succeeded');
  };

  it('tells bad input with its field', async () => {
    const error = await failureOf(invalid('page_size: found 2000, expected 1 to 1000', { field: 'page_size' }));
    expect([error.code, error.details, error.field]).toEqual([
      Status.INVALID_ARGUMENT,
      'page_size: found 2000, expected 1 to 1000',
      'page_size',
    ]);
    const unnamed = await failureOf(invalid('too large', { field: 'page_size' }));
    expect(unnamed.details).toBe('page_size: too large');
  });

  it.each([
    [notFound('no model 7'), Status.NOT_FOUND, 'no model 7'],
    [conflict('the view has changed'), Status.ABORTED, 'the view has changed'],
    [unavailable('connect ECONNREFUSED 10.1.2.3'), Status.UNAVAILABLE, 'something that the service needs does not answer; try again later'],
  ])('maps %s', async (error, code, details) => {
    const found = await failureOf(error);
    expect([found.code, found.details]).toEqual([code, details]);
  });

  it.each([bug('secret 42'), new TypeError('secret 42'), new Failure('bug', 'outer', { cause: new Error('secret 42') })])(
    'keeps the insides of a defect to the log, under an id that the client gets: %s',
    async (error) => {
      const found = await failureOf(error);
      expect(found.code).toBe(Status.INTERNAL);
      expect(found.details).not.toContain('secret');
      const id = /[0-9a-f-]{36}/.exec(found.details)?.[0] ?? 'no id';
      const line = logged.find((entry) => entry.includes(id));
      expect(line).toContain('secret 42');
    },
  );

  it('aborts the handler when the client cancels', async () => {
    const cancelling = new AbortController();
    const call = (async () => {
      for await (const _ of client().watchTraining({ runId: 'r' }, { signal: cancelling.signal })) throw new Error('got an answer');
    })();
    await vi.waitFor(() => {
      expect(signals).toHaveLength(1);
    });
    cancelling.abort();
    await expect(call).rejects.toThrow();
    await vi.waitFor(() => {
      expect(signals[0]?.aborted).toBe(true);
    });
  });

  it('aborts the handler when the deadline is over', async () => {
    // Long enough for a busy machine to reach the handler.
    await expect(client().getModel({ modelVersionId: 'slow' }, { deadline: 1000 })).rejects.toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
    });
    await vi.waitFor(() => {
      expect(signals[0]?.aborted).toBe(true);
    });
  });

  it('sends more than 4 MiB', async () => {
    const { nextPageToken } = await client().listModels({});
    expect(nextPageToken).toHaveLength(5 * 1024 * 1024);
  });

  it('answers health checks, for all and by service', async () => {
    const health = createClientFactory().create(HealthDefinition, channel);
    const status = async (service: string): Promise<number> => (await health.check({ service })).status;
    expect([await status(''), await status('mammoline.training.v1.TrainingService')]).toEqual([notServing, notServing]);
    server.setServing(true);
    expect([await status(''), await status('mammoline.training.v1.TrainingService')]).toEqual([serving, serving]);
    await expect(status('mammoline.nothing.v1.Nothing')).rejects.toMatchObject({ code: Status.NOT_FOUND });
  });

  it('can be listed and called by reflection alone', async () => {
    const generic = openReflectionClient(server.address);
    try {
      expect(await generic.listServices()).toContain('mammoline.training.v1.TrainingService');
      const answer = await generic.callUnary('mammoline.training.v1.TrainingService/GetModel', { modelVersionId: 'by-reflection' });
      expect(answer).toMatchObject({ model: { id: 'by-reflection' } });
    } finally {
      generic.close();
    }
  });

  it('lets a call finish within the grace time, and cuts off one that does not', async () => {
    const call = client().getModel({ modelVersionId: 'slow' });
    const ended = expect(call).rejects.toBeInstanceOf(ClientError);
    await vi.waitFor(() => {
      expect(signals).toHaveLength(1);
    });
    const startedMs = performance.now();
    await server.stop(100);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    await ended;
    expect(signals[0]?.aborted).toBe(true);
  });

  it('counts calls by method and code', async () => {
    await failureOf(notFound('none'));
    expect(await telemetry.registry.metrics()).toMatch(/mammoline_grpc_seconds_count\{[^}]*GetModel[^}]*code="NOT_FOUND"/);
  });
});
