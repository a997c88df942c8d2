import { openCatalogue, type AuditRecord, type Catalogue } from '@mammoline/catalogue';
import { modelsV1, predictionV1 } from '@mammoline/contracts';
import { invalid, sleep, unavailable } from '@mammoline/kernel';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { createChannel, createClient, Metadata, Status, type Channel } from 'nice-grpc';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGrpcServer, type GrpcServer } from '../grpc/start-grpc-server.ts';
import { grpcService } from '../service.ts';
import { createTelemetry } from '../telemetry.ts';
import type { Authenticator } from './open-authenticator.ts';
import { isRole } from './roles.ts';

/** A token is a subject and a role. */
const authenticator: Authenticator = {
  authenticate: (token) => {
    const [subject = '', role] = token.split('.');
    return Promise.resolve({ subject, roles: new Set(isRole(role) ? [role] : []) });
  },
  close: () => undefined,
};
const patience = { timeout: 20_000, interval: 50 };
const unused = () => Promise.reject(new Error('not used'));

describe('the record of calls', () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  let server: GrpcServer;
  let channel: Channel;
  let isAway = false;
  let seen = 0n;
  const promoted: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    catalogue = await openCatalogue({ url: database.url });
    server = await startGrpcServer({
      address: '127.0.0.1:0',
      bindings: [
        grpcService(predictionV1.PredictionServiceDefinition, {
          getPrediction: ({ predictionId }) => {
            if (predictionId === 'wrong') throw invalid('not an id', { field: 'prediction_id' });
            return Promise.resolve({ prediction: { id: predictionId, maskPng: new Uint8Array([1]) } });
          },
          watchPredictions: async function* (_request, { signal }) {
            yield {};
            await sleep(60_000, signal);
          },
          listPredictions: unused,
          predict: unused,
          evaluate: unused,
          evaluateModels: async function* () {
            yield await Promise.resolve({});
          },
        }),
        grpcService(modelsV1.ModelServiceDefinition, {
          promote: ({ modelVersionId }) => {
            promoted.push(modelVersionId);
            return Promise.resolve({ move: undefined });
          },
          rollback: unused,
          listMoves: () => Promise.resolve({ moves: [] }),
          compare: unused,
          getCard: unused,
          makeEnsemble: async function* () {
            yield await Promise.resolve({});
          },
        }),
      ],
      log: pino({ level: 'silent' }),
      telemetry: createTelemetry('test'),
      authenticator,
      audit: (entry) => (isAway ? Promise.reject(unavailable('no Postgres')) : catalogue.appendAudit({ service: 'predictor', ...entry })),
    });
    channel = createChannel(server.address);
  });
  beforeEach(async () => {
    isAway = false;
    seen = (await catalogue.auditHead())?.position ?? 0n;
  });
  afterAll(async () => {
    channel.close();
    await server.stop(0);
    await catalogue.close();
    await database.drop();
  });

  const as = (token: string) => ({ metadata: Metadata({ authorization: `Bearer ${token}` }) });
  const prediction = () => createClient(predictionV1.PredictionServiceDefinition, channel);
  const models = () => createClient(modelsV1.ModelServiceDefinition, channel);
  const recorded = async (): Promise<readonly string[]> => {
    const { rows } = await catalogue.listAudit({ pageSize: 1000, pageToken: undefined });
    const line = ({ who, method, subject, outcome }: AuditRecord): string => `${who} ${method.split('/')[2] ?? ''} ${subject}: ${outcome}`;
    return rows.filter(({ position }) => position > seen).map(line);
  };

  it('has a read before its answer, with how it ended', async () => {
    await prediction().getPrediction({ predictionId: 'p1' }, as('alice.reader'));
    await expect(prediction().getPrediction({ predictionId: 'wrong' }, as('alice.reader'))).rejects.toMatchObject({
      code: Status.INVALID_ARGUMENT,
    });
    expect(await recorded()).toEqual(['alice GetPrediction p1: OK', 'alice GetPrediction wrong: INVALID_ARGUMENT']);
    const { rows } = await catalogue.listAudit({ pageSize: 1, pageToken: undefined });
    expect(rows[0]).toMatchObject({ service: 'predictor', peer: '127.0.0.1' });
  });

  it('has a change before it begins and at its end', async () => {
    await models().promote({ modelVersionId: 'm1', alias: 'candidate' }, as('root.admin'));
    expect(await recorded()).toEqual(['root Promote m1 candidate: STARTED', 'root Promote m1 candidate: OK']);
  });

  it('has streams, whether they end or are left', async () => {
    for await (const _ of prediction().evaluateModels({ modelVersionIds: ['m1', 'm2'] }, as('bob.train')));
    expect(await recorded()).toEqual(['bob EvaluateModels m1,m2: STARTED', 'bob EvaluateModels m1,m2: OK']);
    for await (const _ of prediction().watchPredictions({ modelVersionId: 'm1' }, as('alice.reader'))) break;
    await vi.waitFor(async () => {
      expect((await recorded()).slice(2)).toEqual(['alice WatchPredictions m1: STARTED', 'alice WatchPredictions m1: CANCELLED']);
    }, patience);
  });

  it('has who was refused, and not who has no token or reads nothing of patients', async () => {
    await expect(models().promote({ modelVersionId: 'm2' }, as('alice.reader'))).rejects.toMatchObject({ code: Status.PERMISSION_DENIED });
    await expect(models().promote({ modelVersionId: 'm2' })).rejects.toMatchObject({ code: Status.UNAUTHENTICATED });
    await models().listMoves({}, as('alice.reader'));
    expect(await recorded()).toEqual(['alice Promote : PERMISSION_DENIED']);
  });

  it('changes and shows nothing while nothing can be recorded', async () => {
    isAway = true;
    promoted.length = 0;
    await expect(models().promote({ modelVersionId: 'm3' }, as('root.admin'))).rejects.toMatchObject({ code: Status.UNAVAILABLE });
    await expect(prediction().getPrediction({ predictionId: 'p1' }, as('alice.reader'))).rejects.toMatchObject({
      code: Status.UNAVAILABLE,
    });
    expect(promoted).toEqual([]);
  });
});
