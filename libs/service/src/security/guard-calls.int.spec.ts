import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueV1, trainingV1 } from '@mammoline/contracts';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { ClientError, createChannel, createClient, Metadata, Status, type Channel } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { ServerReflectionService } from 'nice-grpc-server-reflection';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startGrpcServer, type GrpcServer } from '../grpc/start-grpc-server.ts';
import { grpcService } from '../service.ts';
import { createTelemetry } from '../telemetry.ts';
import { authVariables } from './auth-variables.ts';
import { openAuthenticator, type Authenticator } from './open-authenticator.ts';

const patience = { timeout: 20_000, interval: 50 };
const tokens = { reader: 'reader-token-of-24-characters', train: 'train-token-of-24-characters-', admin: 'admin-token-of-24-characters-' };
const { TrainingServiceDefinition } = trainingV1;
const refuse = () => Promise.reject(new Error('not used'));

describe('calls with authentication', () => {
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  let directory: string;
  let tokensFile: string;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let strangers: typeof keys;
  let issuer: Server;
  let authenticator: Authenticator | undefined;
  let server: GrpcServer;
  let channel: Channel;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mammoline-auth-'));
    tokensFile = join(directory, 'tokens.json');
    await writeTokens(Object.entries(tokens));
    [keys, strangers] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' };
    issuer = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const bound = issuer.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    authenticator = await openAuthenticator(
      authVariables.parse({
        MAMMOLINE_AUTH_TOKENS_FILE: tokensFile,
        MAMMOLINE_AUTH_OIDC_ISSUER: 'https://issuer.example',
        MAMMOLINE_AUTH_OIDC_AUDIENCE: 'mammoline',
        MAMMOLINE_AUTH_OIDC_JWKS_URL: `http://127.0.0.1:${String(port)}/keys`,
        MAMMOLINE_AUTH_OIDC_ROLES_CLAIM: 'realm_access.roles',
      }),
      log,
      20,
    );
    server = await startGrpcServer({
      address: '127.0.0.1:0',
      bindings: [
        grpcService(TrainingServiceDefinition, {
          startTraining: () => Promise.resolve({ runId: 'started' }),
          watchTraining: async function* () {
            yield await Promise.resolve({ modelVersionId: 'watched' });
          },
          listModels: () => Promise.resolve({ nextPageToken: 'listed' }),
          getModel: refuse,
          cancelTraining: refuse,
        }),
        // No rule knows a service of this name.
        grpcService(
          {
            ...catalogueV1.CatalogueServiceDefinition,
            fullName: 'other.Service',
          },
          { importTable: refuse, listPatients: refuse, getView: refuse, listViews: refuse, listRepairs: refuse },
        ),
      ],
      log,
      telemetry: createTelemetry('test'),
      authenticator,
    });
    channel = createChannel(server.address);
  });
  afterAll(async () => {
    channel.close();
    await server.stop(0);
    authenticator?.close();
    issuer.close();
    await rm(directory, { recursive: true });
  });

  async function writeTokens(entries: readonly (readonly [role: string, token: string])[]): Promise<void> {
    const text = JSON.stringify({ tokens: entries.map(([role, token]) => ({ token, subject: `the ${role}`, roles: [role] })) });
    await writeFile(`${tokensFile}.new`, text);
    await rename(`${tokensFile}.new`, tokensFile);
  }

  const client = () => createClient(TrainingServiceDefinition, channel);
  const bearing = (token: string, scheme = 'Bearer') => ({ metadata: Metadata({ authorization: `${scheme} ${token}` }) });
  const list = async (token: string): Promise<string> => (await client().listModels({}, bearing(token))).nextPageToken;
  const start = async (token: string): Promise<string> => (await client().startTraining({}, bearing(token))).runId;
  const refusal = async (call: Promise<unknown>): Promise<readonly [Status, string]> => {
    try {
      await call;
    } catch (error) {
      if (error instanceof ClientError) return [error.code, error.details];
      throw error;
    }
    throw new Error('the call succeeded');
  };
  const sign = (payload: Readonly<Record<string, unknown>>, key = keys.privateKey): Promise<string> =>
    new SignJWT({ iss: 'https://issuer.example', aud: 'mammoline', sub: 'alice', exp: Math.floor(Date.now() / 1000) + 300, ...payload })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(key);
  const withRoles = (...roles: readonly string[]): JWTPayload => ({ realm_access: { roles } });

  it('refuses a call without a token and says what was missing', async () => {
    expect(await refusal(client().listModels({}))).toEqual([
      Status.UNAUTHENTICATED,
      expect.stringContaining('found no metadata "authorization"'),
    ]);
    const [code, details] = await refusal(client().listModels({}, bearing(tokens.reader, 'Basic')));
    expect([code, details]).toEqual([Status.UNAUTHENTICATED, expect.stringContaining('expected "Bearer TOKEN"')]);
    expect(details).not.toContain(tokens.reader);
  });

  it('lets a static token do what its roles may, and an admin everything', async () => {
    expect(await list(tokens.reader)).toBe('listed');
    expect(await refusal(start(tokens.reader))).toEqual([
      Status.PERMISSION_DENIED,
      '/mammoline.training.v1.TrainingService/StartTraining needs the role train; the roles of the reader: reader',
    ]);
    expect(await start(tokens.train)).toBe('started');
    expect(await refusal(list(tokens.train))).toEqual([Status.PERMISSION_DENIED, expect.stringContaining('needs the role reader')]);
    expect([await list(tokens.admin), await start(tokens.admin)]).toEqual(['listed', 'started']);
    const states = async (token: string): Promise<readonly string[]> => {
      const all: string[] = [];
      for await (const { modelVersionId } of client().watchTraining({}, bearing(token))) all.push(modelVersionId);
      return all;
    };
    expect(await states(tokens.reader)).toEqual(['watched']);
    expect((await refusal(states(tokens.train)))[0]).toBe(Status.PERMISSION_DENIED);
  });

  it('lets a JWT of the issuer do what its roles may', async () => {
    expect(await list(await sign(withRoles('reader', 'of another program')))).toBe('listed');
    expect(await refusal(start(await sign(withRoles('reader'))))).toEqual([
      Status.PERMISSION_DENIED,
      expect.stringContaining('the roles of alice: reader'),
    ]);
    expect(await refusal(list(await sign({})))).toEqual([Status.PERMISSION_DENIED, expect.stringContaining('the roles of alice: none')]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['of another issuer', { iss: 'https://other.example' }, 'its claim "iss"'],
    ['for another audience', { aud: 'another program' }, 'its claim "aud"'],
    ['that has expired', { exp: 1_000_000 }, 'it has expired'],
    ['that never expires', { exp: undefined }, 'its claim "exp"'],
    ['of nobody', { sub: undefined }, 'its claim "sub"'],
    ['of the future', { nbf: Math.floor(Date.now() / 1000) + 3600 }, 'its claim "nbf"'],
  ])('refuses a JWT %s', async (_name, payload, why) => {
    const token = await sign({ ...withRoles('admin'), ...payload });
    const [code, details] = await refusal(list(token));
    expect([code, details]).toEqual([Status.UNAUTHENTICATED, expect.stringContaining(why)]);
    expect(details).not.toContain(token);
  });

  it('refuses what the issuer has not signed', async () => {
    expect(await refusal(list(await sign(withRoles('admin'), strangers.privateKey)))).toEqual([
      Status.UNAUTHENTICATED,
      'the bearer token is refused: its signature is not valid',
    ]);
    const [, body = ''] = (await sign(withRoles('admin'))).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect((await refusal(list(`${none}.${body}.`)))[0]).toBe(Status.UNAUTHENTICATED);
    const hmac = await new SignJWT(withRoles('admin')).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
    expect(await refusal(list(hmac))).toEqual([Status.UNAUTHENTICATED, 'the bearer token is refused: its algorithm is not allowed']);
    expect(await refusal(list('made-up-token-of-24-characters'))).toEqual([
      Status.UNAUTHENTICATED,
      'the bearer token is refused: it is no JWT',
    ]);
  });

  it('answers health checks of anyone, and reflection of any caller with a role', async () => {
    const health = createClient(HealthDefinition, channel);
    expect((await health.check({ service: '' })).status).toBeGreaterThan(0);
    const reflect = async (token?: string): Promise<unknown> => {
      const reflection = createClient(ServerReflectionService, channel);
      const asked = (async function* () {
        await new Promise((resolve) => setTimeout(resolve, 10));
      })();
      for await (const _ of reflection.serverReflectionInfo(asked, token === undefined ? {} : bearing(token))) return 'answered';
      return 'ended';
    };
    expect(await refusal(reflect())).toEqual([Status.UNAUTHENTICATED, expect.stringContaining('no token')]);
    expect(await reflect(tokens.train)).toBe('ended');
  });

  it('refuses a method that has no rule, to the admin too', async () => {
    const other = createClient({ ...catalogueV1.CatalogueServiceDefinition, fullName: 'other.Service' }, channel);
    expect(await refusal(other.listPatients({}, bearing(tokens.admin)))).toEqual([
      Status.PERMISSION_DENIED,
      expect.stringContaining('needs a rule, and has none'),
    ]);
  });

  it('takes a changed file of tokens, and stays with what it has while the new one is damaged', async () => {
    await writeFile(tokensFile, '{"tokens": [');
    await vi.waitFor(() => {
      expect(logged.join('')).toContain('what it said before goes on to count');
    }, patience);
    expect(await list(tokens.reader)).toBe('listed');
    await writeTokens([['admin', tokens.admin]]);
    await vi.waitFor(async () => {
      expect((await refusal(list(tokens.reader)))[0]).toBe(Status.UNAUTHENTICATED);
    }, patience);
    expect(await list(tokens.admin)).toBe('listed');
  });

  it('keeps every token out of the log', () => {
    expect(logged.length).toBeGreaterThan(10);
    for (const token of Object.values(tokens)) expect(logged.join('')).not.toContain(token);
    expect(logged.join('')).not.toContain('eyJ');
  });
});
