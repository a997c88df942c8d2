import { applyMigrations, startEmbeddedPostgres, type EmbeddedPostgres } from '@mammoline/catalogue/embedded';
import { createTestDatabase, startTestKafka, startTestObjectStore, stopTestKafka, whyNoKafka } from '@mammoline/testing';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChannel, createClient } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { Scope } from '@mammoline/kernel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openGreeters } from './start-greeter.fixture.ts';

/** Long enough for a health watch of 5 s, pings that run into their limits, and clients that connect again. */
const patience = { timeout: 60_000, interval: 250 };
/** Of grpc.health.v1. */
const [serving, notServing] = [1, 2];
const noKafka = whyNoKafka();

describe('readiness', () => {
  const scope: Scope[] = [];
  afterEach(async () => {
    for (const it of scope.splice(0)) await it.close();
  });
  const newScope = (): Scope => {
    const made = new Scope();
    scope.push(made);
    return made;
  };

  /** Freezes or thaws a server and its children: Postgres answers in children. */
  const signalTree = async (pid: number, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> => {
    const children = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
    for (const one of [String(pid), ...children.trim().split(/\s+/)]) if (one !== '') process.kill(Number(one), signal);
  };

  it.skipIf(noKafka !== undefined)(
    `fails, and says for which part, while the broker, Postgres or the store is away, and comes back by itself${noKafka === undefined ? '' : `: ${noKafka}`}`,
    { timeout: 600_000 },
    async () => {
      const parts = newScope();
      const directory = parts.add('directory', await mkdtemp(join(tmpdir(), 'mammoline-readiness-')), (it) =>
        rm(it, { recursive: true, force: true }),
      );
      const kafkaFolder = join(directory, 'kafka');
      const { brokers, nodes } = await startTestKafka(kafkaFolder);
      parts.add('Kafka', kafkaFolder, (it) => stopTestKafka(it, 'kill'));
      const store = await startTestObjectStore();
      if (store !== undefined) parts.add('store', store, (it) => it.stop());
      const startPostgres = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ directory: join(directory, 'postgres') });
      let postgres = await startPostgres();
      parts.add('Postgres', undefined, () => postgres.stop());
      await applyMigrations(postgres.url);
      const greeters = parts.add('greeters', await openGreeters(() => postgres.url), async (it) => {
        await it.killAll();
        await it.remove();
      });
      const url =
        store === undefined
          ? {}
          : { MAMMOLINE_BLOBS_URL: `s3://${await store.createBucket()}?endpoint=${store.endpoint}&pathStyle=true`, ...store.environment };
      const service = greeters.start({ MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_KAFKA_BROKERS: brokers, ...url });
      const { grpcAddress } = await service.ready();
      const channel = parts.add('channel', createChannel(grpcAddress), (it) => {
        it.close();
      });
      const health = createClient(HealthDefinition, channel);

      const isReady = (): Promise<void> =>
        vi.waitFor(async () => {
          expect(await service.get('/readyz')).toEqual([200, 'ready\n']);
          expect((await health.check({ service: '' })).status).toBe(serving);
          expect((await service.get('/metrics'))[1]).not.toMatch(/mammoline_ready\{[^}]*\} 0/);
        }, patience);
      const lacks = (part: string): Promise<void> =>
        vi.waitFor(async () => {
          const [status, text] = await service.get('/readyz');
          expect([status, text]).toEqual([503, expect.stringContaining(`${part}: `)]);
          for (const other of ['postgres', 'kafka', 'blobs'].filter((name) => name !== part)) expect(text).not.toContain(`${other}: `);
          expect((await health.check({ service: '' })).status).toBe(notServing);
          const [answered, metrics] = await service.get('/metrics');
          expect(answered).toBe(200);
          expect(metrics).toContain(`mammoline_ready{part="${part}",service="greeter"} 0`);
          expect(metrics).toContain('process_cpu_seconds_total');
          expect(await service.get('/healthz')).toEqual([200, 'ok\n']);
        }, patience);

      await isReady();
      const broker = nodes[0]?.pid ?? expect.unreachable();
      process.kill(broker, 'SIGSTOP');
      await lacks('kafka');
      process.kill(broker, 'SIGCONT');
      await isReady();
      await stopTestKafka(kafkaFolder, 'kill');
      await lacks('kafka');
      await startTestKafka(kafkaFolder);
      await isReady();

      if (store !== undefined) {
        store.signal('SIGSTOP');
        await lacks('blobs');
        store.signal('SIGCONT');
        await isReady();
      }

      await signalTree(postgres.pid, 'SIGSTOP');
      await lacks('postgres');
      await signalTree(postgres.pid, 'SIGCONT');
      await isReady();
      await postgres.stop();
      await lacks('postgres');
      postgres = await startPostgres();
      await isReady();

      expect(service.child.exitCode).toBeNull();
      service.child.kill('SIGTERM');
      expect(await service.exit(), service.output.text).toBe(0);
    },
  );

  it(
    'is never told by a service that finds a part silent at its start: it says which, and exits with 1',
    { timeout: 200_000 },
    async () => {
      const parts = newScope();
      const database = parts.add('database', await createTestDatabase(), (it) => it.drop());
      const greeters = parts.add('greeters', await openGreeters(() => database.url), async (it) => {
        await it.killAll();
        await it.remove();
      });
      // Takes connections and never answers: what a server that hangs looks like.
      const silent = createServer(() => undefined);
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      parts.add('silent', silent, (it) => {
        it.close();
      });
      const bound = silent.address();
      const address = `127.0.0.1:${String(typeof bound === 'object' && bound !== null ? bound.port : 0)}`;
      const aws = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'us-east-1' };
      const silences = [
        [/greeter failed: .*Postgres/, { MAMMOLINE_POSTGRES_URL: `postgres://nobody:secret-word@${address}/nothing` }],
        [/greeter failed: .*(Kafka|opening the transport)/, { MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_KAFKA_BROKERS: address }],
        [
          /greeter failed: .*(bucket|opening the blob store)/,
          { MAMMOLINE_BLOBS_URL: `s3://bucket?endpoint=http://${address}&pathStyle=true`, ...aws },
        ],
      ] as const;
      await Promise.all(
        silences.map(async ([words, changes]) => {
          const service = greeters.start(changes);
          expect(await service.exit()).toBe(1);
          expect(service.output.text).toMatch(words);
          expect(service.output.text).not.toContain('secret-word');
        }),
      );
    },
  );
});
