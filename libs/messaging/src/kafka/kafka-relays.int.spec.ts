import { newUuid } from '@mammoline/kernel';
import { createTestDatabase, newTopic, startTestKafka, type TestDatabase, whyNoKafka } from '@mammoline/testing';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runOutboxRelay } from '../run-outbox-relay.ts';
import { openTransport } from './open-transport.fixture.ts';
import { throwing } from './throwing.fixture.ts';

const reason = whyNoKafka();
const keys = ['a', 'b', 'c', 'd', 'e'];

describe.skipIf(reason !== undefined)(`outbox relays on kafka${reason === undefined ? '' : `: ${reason}`}`, { timeout: 120_000 }, () => {
  let brokers: string;
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    ({ brokers } = await startTestKafka());
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  }, 240_000);
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** Runs so many relays over 600 rows, and gives the ids as they were written and as they arrived, by key. */
  const relayed = async (relays: number): Promise<{ readonly written: Map<string, string[]>; readonly arrived: Map<string, string[]> }> => {
    const topic = newTopic();
    const stopping = new AbortController();
    const transports = await Promise.all(Array.from({ length: relays }, () => openTransport(brokers)));
    const log = pino({ level: 'silent' });
    const [written, arrived] = [new Map<string, string[]>(), new Map<string, string[]>()];
    const append = (to: Map<string, string[]>, key: string, id: string): unknown => to.set(key, [...(to.get(key) ?? []), id]);
    const running = transports.map((transport) =>
      runOutboxRelay({ url: database.url, transport, log, signal: stopping.signal, batchSize: 20, pollMs: 50 }),
    );
    const reader = await openTransport(brokers);
    try {
      await reader.consume({
        group: `reader-${newUuid()}`,
        topics: [topic],
        concurrency: 1,
        handle: ({ event }) => {
          append(arrived, event.key, event.id);
          return Promise.resolve({ kind: 'ack' });
        },
        onFatal: throwing,
      });
      for (let batch = 0; batch < 20; batch += 1) {
        const ids = Array.from({ length: 30 }, () => newUuid());
        const ofIds = ids.map((_, at) => keys[at % keys.length] ?? '');
        for (const [at, id] of ids.entries()) append(written, ofIds[at] ?? '', id);
        await client.query(
          `INSERT INTO "Outbox" (id, topic, key, source, payload)
           SELECT id, $3, key, '/mammoline/test', '\\x00' FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS r(id, key, place) ORDER BY place`,
          [ids, ofIds, topic],
        );
        await client.query('NOTIFY mammoline_outbox');
      }
      await vi.waitFor(
        () => {
          expect([...arrived.values()].flat()).toHaveLength(600);
        },
        { timeout: 60_000, interval: 50 },
      );
      // When all are marked, none is under way a second time.
      await vi.waitFor(async () => {
        const { rowCount } = await client.query('SELECT 1 FROM "Outbox" WHERE "publishedAt" IS NULL');
        expect(rowCount).toBe(0);
      });
      expect([...arrived.values()].flat()).toHaveLength(600);
      return { written, arrived };
    } finally {
      stopping.abort();
      await Promise.all(running);
      await Promise.all([reader, ...transports].map((transport) => transport.close()));
    }
  };

  it('publish each row once, whoever takes it', async () => {
    const { written, arrived } = await relayed(3);
    for (const key of keys) expect([...(arrived.get(key) ?? [])].sort()).toEqual([...(written.get(key) ?? [])].sort());
  });

  it('keep the order of a key where one of them runs', async () => {
    const { written, arrived } = await relayed(1);
    expect(arrived).toEqual(written);
  });
});
