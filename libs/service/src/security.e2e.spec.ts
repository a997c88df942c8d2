import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalogue, verifyAudit } from '@mammoline/catalogue';
import { predictionV1 } from '@mammoline/contracts';
import { createTestDatabase, makeTestCertificates, whyNoOpenssl, type TestDatabase } from '@mammoline/testing';
import { createChannel, createClientFactory, Status } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearToken } from './security/bear-token.ts';
import { openClientCredentials } from './security/open-client-credentials.ts';
import { openGreeters, type Greeters } from './start-greeter.fixture.ts';

const why = whyNoOpenssl();
const token = 'reader-token-of-24-characters';

describe.skipIf(why !== undefined)(`a service that is secured by its environment${why === undefined ? '' : `: ${why}`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mammoline-secured-'));
  let database: TestDatabase;
  let greeters: Greeters;
  beforeAll(async () => {
    database = await createTestDatabase();
    greeters = await openGreeters(() => database.url);
  });
  afterAll(async () => {
    await greeters.killAll();
    await greeters.remove();
    await database.drop();
    rmSync(directory, { recursive: true });
  });

  it('speaks mutual TLS, wants a token, limits and records', async () => {
    const { ca, server, client } = await makeTestCertificates(join(directory, 'certificates'));
    const [tokens, tokenFile] = [join(directory, 'tokens.json'), join(directory, 'token')];
    writeFileSync(tokens, JSON.stringify({ tokens: [{ token, subject: 'alice', roles: ['reader'] }] }));
    writeFileSync(tokenFile, `${token}\n`);
    const greeter = greeters.start({
      MAMMOLINE_GRPC_TLS_CERT_FILE: server.certificate,
      MAMMOLINE_GRPC_TLS_KEY_FILE: server.key,
      MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE: ca,
      MAMMOLINE_AUTH_TOKENS_FILE: tokens,
      MAMMOLINE_GRPC_RATE: '0.001',
      MAMMOLINE_GRPC_BURST: '2',
      MAMMOLINE_LOG_LEVEL: 'trace',
    });
    const { grpcAddress } = await greeter.ready();
    expect(JSON.parse(readFileSync(greeter.readyFile, 'utf8'))).toMatchObject({ tls: true });

    const files = {
      MAMMOLINE_TLS_CA_FILE: ca,
      MAMMOLINE_TLS_CERT_FILE: client.certificate,
      MAMMOLINE_TLS_KEY_FILE: client.key,
      MAMMOLINE_TOKEN_FILE: tokenFile,
    };
    const channel = createChannel(grpcAddress, await openClientCredentials(files));
    try {
      const factory = createClientFactory();
      const health = await factory.create(HealthDefinition, channel).check({ service: '' });
      expect(health.status).toBe(1);
      const definition = predictionV1.PredictionServiceDefinition;
      await expect(factory.create(definition, channel).listPredictions({})).rejects.toMatchObject({ code: Status.UNAUTHENTICATED });
      const known = factory.use(bearToken(files)).create(definition, channel);
      await known.listPredictions({ patientCode: 'P_00001' });
      await expect(known.evaluateModels({})[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: Status.PERMISSION_DENIED });
      await expect(known.listPredictions({})).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    } finally {
      channel.close();
    }

    const catalogue = await openCatalogue({ url: database.url });
    try {
      const { rows } = await catalogue.listAudit({ pageSize: 100, pageToken: undefined });
      expect(rows.map(({ service, who, method, subject, outcome }) => [service, who, method.split('/').at(-1), subject, outcome])).toEqual([
        ['greeter', 'alice', 'ListPredictions', 'P_00001', 'OK'],
        ['greeter', 'alice', 'EvaluateModels', '', 'PERMISSION_DENIED'],
      ]);
      const entries = (async function* () {
        for (const row of rows) yield await Promise.resolve(row);
      })();
      expect(await verifyAudit(entries, await catalogue.auditHead())).toEqual({ entries: 2, problems: [] });
    } finally {
      await catalogue.close();
    }
    expect(greeter.output.text).not.toContain(token);
  });
});
