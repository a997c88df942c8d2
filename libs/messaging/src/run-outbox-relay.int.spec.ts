import type { EventEnvelope } from '@mammoline/contracts';
import { newUuid, unavailable } from '@mammoline/kernel';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runOutboxRelay, type OutboxRelayOptions } from './run-outbox-relay.ts';

const patience = { timeout: 10_000, interval: 10 };

describe('runOutboxRelay', () => {
  let database: TestDatabase;
  let client: Client;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  }, 60_000);
  beforeEach(async () => {
    client = await connect();
    await client.query('TRUNCATE "Outbox"');
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await client.end();
  });
  afterAll(() => database.drop());

  const connect = async (): Promise<Client> => {
    const opened = new Client({ connectionString: database.url });
    await opened.connect();
    return opened;
  };
  const insert = async (on: Client, ids: readonly string[]): Promise<void> => {
    await on.query(
      `INSERT INTO "Outbox" (id, topic, key, source, payload) SELECT id, 'topic', 'key', '/mammoline/test', '\\x00ff' FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
    await on.query(`NOTIFY mammoline_outbox`);
  };
  const unpublished = async (): Promise<readonly string[]> =>
    (await client.query<{ id: string }>('SELECT id FROM "Outbox" WHERE "publishedAt" IS NULL ORDER BY position')).rows.map((row) => row.id);
  const relay = (options: Partial<OutboxRelayOptions> & Pick<OutboxRelayOptions, 'transport'>): { readonly lines: string[] } => {
    const lines: string[] = [];
    const stopping = new AbortController();
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const running = runOutboxRelay({ url: database.url, log, signal: stopping.signal, pollMs: 50, ...options });
    stops.push(async () => {
      stopping.abort();
      await running;
    });
    return { lines };
  };
  const collecting = (seen: EventEnvelope[]): OutboxRelayOptions['transport'] => ({
    publish: (events) => {
      seen.push(...events);
      return Promise.resolve();
    },
  });
  const idsOf = (seen: readonly EventEnvelope[]): readonly string[] => seen.map((event) => event.id);

  /** Commits position 2, gives the reader its chance, then commits position 1. */
  const commitOutOfOrder = async (firstIsRead: (id: string) => Promise<void>): Promise<readonly [early: string, late: string]> => {
    const [late, early] = [newUuid(), newUuid()];
    const slow = await connect();
    try {
      await slow.query('BEGIN');
      await insert(slow, [late]);
      await insert(client, [early]);
      await firstIsRead(early);
      await slow.query('COMMIT');
      return [early, late];
    } finally {
      await slow.end();
    }
  };

  it('publishes a row whose transaction commits after that of a later position', async () => {
    const seen: EventEnvelope[] = [];
    relay({ transport: collecting(seen) });
    const [early, late] = await commitOutOfOrder((id) =>
      vi.waitFor(() => {
        expect(idsOf(seen)).toEqual([id]);
      }, patience),
    );
    await vi.waitFor(() => {
      expect(idsOf(seen)).toEqual([early, late]);
    }, patience);
    const { rows } = await client.query<{ id: string }>('SELECT id FROM "Outbox" ORDER BY position');
    expect(rows.map((row) => row.id)).toEqual([late, early]);
    await vi.waitFor(async () => expect(await unpublished()).toEqual([]), patience);
  });

  it('reads what it takes and little more, however much waits', async () => {
    const rowsRead = async (): Promise<number> => {
      const { rows } = await client.query<{ read: string }>(
        `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_user_tables WHERE relname = 'Outbox'`,
      );
      return Number(rows[0]?.read);
    };
    await client.query(
      `INSERT INTO "Outbox" (id, topic, key, source, payload)
       SELECT gen_random_uuid(), 'topic', 'key', '/mammoline/test', '\\x00ff' FROM generate_series(1, 20000)`,
    );
    await client.query('ANALYZE "Outbox"');
    const before = await rowsRead();
    const seen: EventEnvelope[] = [];
    relay({ transport: collecting(seen), batchSize: 100 });
    await vi.waitFor(() => {
      expect(seen.length).toBeGreaterThan(2000);
    }, patience);
    // Postgres counts what a connection has read when it ends.
    for (const stop of stops.splice(0)) await stop();
    await vi.waitFor(async () => {
      expect(await rowsRead()).toBeGreaterThanOrEqual(before + seen.length);
    }, patience);
    expect(((await rowsRead()) - before) / seen.length).toBeLessThan(20);
  });

  it('would lose that row if it read "position > last" (the counter-example)', async () => {
    let last = '0';
    const seen: string[] = [];
    const readAfterLast = async (): Promise<void> => {
      const { rows } = await client.query<{ id: string; position: string }>(
        'SELECT id, position FROM "Outbox" WHERE position > $1 ORDER BY position',
        [last],
      );
      for (const row of rows) {
        seen.push(row.id);
        last = row.position;
      }
    };
    const [early, late] = await commitOutOfOrder(readAfterLast);
    await readAfterLast();
    expect(seen).toEqual([early]);
    expect(await unpublished()).toContain(late);
  });

  it('hands over the whole event, and is woken rather than waiting for its poll', async () => {
    const seen: EventEnvelope[] = [];
    relay({ transport: collecting(seen), pollMs: 60_000 });
    const warmUp = newUuid();
    await vi.waitFor(async () => {
      await client.query('NOTIFY mammoline_outbox');
      const { rows } = await client.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'mammoline-outbox-relay' AND datname = current_database()`,
      );
      expect(rows).toHaveLength(1);
    }, patience);
    await insert(client, [warmUp]);
    await vi.waitFor(() => {
      expect(idsOf(seen)).toEqual([warmUp]);
    }, patience);
    const id = newUuid();
    const startedMs = performance.now();
    await client.query('BEGIN');
    await insert(client, [id]);
    await client.query(`UPDATE "Outbox" SET extensions = '{"attempts": "3"}' WHERE id = $1`, [id]);
    await client.query('COMMIT');
    await vi.waitFor(() => {
      expect(seen).toHaveLength(2);
    }, patience);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(seen[1]).toEqual({
      id,
      topic: 'topic',
      key: 'key',
      source: '/mammoline/test',
      time: expect.any(Date) as Date,
      traceparent: undefined,
      extensions: { attempts: '3' },
      payload: new Uint8Array([0, 255]),
    });
  });

  it('publishes each row once where several relays run', async () => {
    const seen: EventEnvelope[] = [];
    const ids = Array.from({ length: 300 }, () => newUuid());
    for (let at = 0; at < 3; at += 1) relay({ transport: collecting(seen), batchSize: 10 });
    for (let at = 0; at < ids.length; at += 25) await insert(client, ids.slice(at, at + 25));
    await vi.waitFor(async () => {
      expect(await unpublished()).toEqual([]);
    }, patience);
    expect([...idsOf(seen)].sort()).toEqual([...ids].sort());
  });

  it('sets aside a row that the transport keeps refusing, loudly, and publishes the others meanwhile', async () => {
    const seen: EventEnvelope[] = [];
    const setAside: string[] = [];
    const poison = newUuid();
    const others = Array.from({ length: 5 }, () => newUuid());
    await insert(client, [poison, ...others]);
    const { lines } = relay({
      transport: {
        publish: (events) =>
          events.some((event) => event.id === poison) ? Promise.reject(new Error('too large')) : collecting(seen).publish(events),
      },
      maxRefusals: 3,
      onSetAside: (id) => setAside.push(id),
    });
    await vi.waitFor(() => {
      expect([...idsOf(seen)].sort()).toEqual([...others].sort());
    }, patience);
    await vi.waitFor(() => {
      expect(setAside).toEqual([poison]);
    }, patience);
    const later = newUuid();
    await insert(client, [later]);
    await vi.waitFor(() => {
      expect(idsOf(seen)).toContain(later);
    }, patience);
    await vi.waitFor(async () => expect(await unpublished()).toEqual([poison]), patience);
    expect(lines.filter((line) => line.includes('set aside') && line.includes(poison))).toHaveLength(1);
  });

  it('waits for a transport that is away, without blaming a row', async () => {
    const seen: EventEnvelope[] = [];
    const setAside: string[] = [];
    let refusals = 0;
    const id = newUuid();
    await insert(client, [id]);
    relay({
      transport: {
        publish: (events) => {
          refusals += 1;
          return refusals <= 2 ? Promise.reject(unavailable('no broker')) : collecting(seen).publish(events);
        },
      },
      maxRefusals: 1,
      onSetAside: (at) => setAside.push(at),
    });
    await vi.waitFor(() => {
      expect(idsOf(seen)).toEqual([id]);
    }, patience);
    expect(setAside).toEqual([]);
  });

  it('leaves its rows to others when it hangs with them in hand', async () => {
    const seen: EventEnvelope[] = [];
    const [taken, thawed] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const id = newUuid();
    await insert(client, [id]);
    relay({
      transport: {
        publish: () => {
          taken.resolve(undefined);
          return thawed.promise;
        },
      },
      maxHoldMs: 500,
    });
    await taken.promise;
    relay({ transport: collecting(seen) });
    try {
      await vi.waitFor(() => {
        expect(idsOf(seen)).toEqual([id]);
      }, patience);
    } finally {
      thawed.resolve(undefined);
    }
  });

  it('goes on after Postgres has ended its session', async () => {
    const seen: EventEnvelope[] = [];
    relay({ transport: collecting(seen) });
    await vi.waitFor(async () => {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mammoline-outbox-relay' AND datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    }, patience);
    const id = newUuid();
    await insert(client, [id]);
    await vi.waitFor(() => {
      expect(idsOf(seen)).toEqual([id]);
    }, patience);
  });
});
