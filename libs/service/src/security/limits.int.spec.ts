import { trainingV1 } from '@mammoline/contracts';
import { sleep } from '@mammoline/kernel';
import { createChannel, createClient, Metadata, Status, type Channel } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startGrpcServer, type GrpcServer } from '../grpc/start-grpc-server.ts';
import { grpcService } from '../service.ts';
import { createTelemetry } from '../telemetry.ts';
import { limitVariables } from './limit-variables.ts';
import type { Authenticator } from './open-authenticator.ts';

const { TrainingServiceDefinition } = trainingV1;

const patience = { timeout: 20_000, interval: 50 };

/** The token is the subject. */
const authenticator: Authenticator = {
  authenticate: (token) => Promise.resolve({ subject: token, roles: new Set(['reader']) }),
  close: () => undefined,
};

describe('limits of the gRPC port', () => {
  let server: GrpcServer;
  let channel: Channel;
  const under = { way: 0 };

  afterEach(async () => {
    channel.close();
    await server.stop(0);
  });

  async function serve(variables: Readonly<Record<string, string>>, auth?: Authenticator): Promise<void> {
    server = await startGrpcServer({
      address: '127.0.0.1:0',
      bindings: [
        grpcService(TrainingServiceDefinition, {
          startTraining: () => Promise.reject(new Error('not used')),
          cancelTraining: () => Promise.reject(new Error('not used')),
          watchTraining: async function* (_request, { signal }) {
            under.way += 1;
            await sleep(60_000, signal);
            yield {};
          },
          listModels: ({ pageToken }) => Promise.resolve({ nextPageToken: pageToken }),
          getModel: ({ modelVersionId }) => Promise.resolve({ model: { id: 'x'.repeat(Number(modelVersionId)) } }),
        }),
      ],
      log: pino({ level: 'silent' }),
      telemetry: createTelemetry('test'),
      authenticator: auth,
      limits: limitVariables.parse(variables),
    });
    channel = createChannel(server.address);
  }
  const client = () => createClient(TrainingServiceDefinition, channel);

  it('refuses larger messages, either way', async () => {
    await serve({ MAMMOLINE_GRPC_MAX_MESSAGE_BYTES: '2048' });
    expect((await client().listModels({ pageToken: 'x'.repeat(1500) })).nextPageToken).toHaveLength(1500);
    await expect(client().listModels({ pageToken: 'x'.repeat(3000) })).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    await expect(client().getModel({ modelVersionId: '3000' })).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
  });

  it('lets calls beyond those that a connection may have wait', async () => {
    await serve({ MAMMOLINE_GRPC_MAX_STREAMS: '2' });
    await client().listModels({});
    const leaving = new AbortController();
    const watch = async (signal: AbortSignal): Promise<void> => {
      for await (const _ of client().watchTraining({}, { signal })) break;
    };
    const calls = [1, 2, 3].map(() => watch(leaving.signal).catch(() => undefined));
    await vi.waitFor(() => {
      expect(under.way).toBe(2);
    }, patience);
    const third = new AbortController();
    setTimeout(() => {
      third.abort();
    }, 300);
    await expect(client().listModels({}, { signal: third.signal })).rejects.toThrow(/abort/i);
    expect(under.way).toBe(2);
    leaving.abort();
    await Promise.all(calls);
    expect((await client().listModels({ pageToken: 'free again' })).nextPageToken).toBe('free again');
  });

  it('tells a client that calls too often when to come again, by its subject', async () => {
    await serve({ MAMMOLINE_GRPC_RATE: '0.001', MAMMOLINE_GRPC_BURST: '2' }, authenticator);
    let waitMs: string | undefined;
    const call = (subject: string) =>
      client().listModels(
        {},
        {
          metadata: Metadata({ authorization: `Bearer ${subject}` }),
          onTrailer: (trailer) => {
            waitMs = trailer.get('grpc-retry-pushback-ms');
          },
        },
      );
    await call('alice');
    await call('alice');
    await expect(call('alice')).rejects.toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      details: expect.stringMatching(/^too many calls: try again in \d+ ms$/) as string,
    });
    expect(Number(waitMs)).toBeGreaterThan(900_000);
    await call('bob');
    for (const _ of [1, 2, 3]) await createClient(HealthDefinition, channel).check({ service: '' });
  });

  it('counts who has no token by the address', async () => {
    await serve({ MAMMOLINE_GRPC_RATE: '0.001', MAMMOLINE_GRPC_BURST: '2' }, authenticator);
    for (const _ of [1, 2]) await expect(client().listModels({})).rejects.toMatchObject({ code: Status.UNAUTHENTICATED });
    await expect(client().listModels({})).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
  });

  it('counts all by the address where nobody has a token', async () => {
    await serve({ MAMMOLINE_GRPC_RATE: '0.001' });
    await client().listModels({});
    await expect(client().listModels({})).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
  });
});
