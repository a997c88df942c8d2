import type { EventEnvelope } from '@mammoline/contracts';
import { newUuid, type Uuid } from '@mammoline/kernel';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTransport } from './postgres/open-transport.fixture.ts';
import { pruneEvents, type PruneOptions } from './prune-events.ts';

const dayMs = 86_400_000;

describe('pruneEvents', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  beforeEach(() => client.query('TRUNCATE "Outbox", "Inbox", "DeadLetter"'));
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const prune = (options: Partial<PruneOptions> = {}) =>
    pruneEvents({ url: database.url, retentionDays: 30, signal: new AbortController().signal, pauseMs: 0, ...options });
  const publishedAgo = (days: number | undefined, count = 1) =>
    client.query(
      `INSERT INTO "Outbox" (id, topic, key, source, payload, "createdAt", "publishedAt")
       SELECT gen_random_uuid(), 't', 'k', 's', '', now() - interval '1000 days', now() - make_interval(days => $1) FROM generate_series(1, $2)`,
      [days ?? null, count],
    );
  const takenAgo = async (days: number, eventId: Uuid = newUuid()): Promise<Uuid> => {
    await client.query(
      `INSERT INTO "Inbox" (stage, "eventId", outcome, "wallMs", "processedAt") VALUES ('a', $1, 'done', 1, now() - make_interval(days => $2))`,
      [eventId, days],
    );
    return eventId;
  };
  const letter = (eventId: Uuid, replayedDaysAgo: number | undefined) =>
    client.query(
      `INSERT INTO "DeadLetter" (id, stage, "eventId", topic, key, source, payload, "eventTime", "errorKind", error, attempts, "createdAt", "replayedAt")
       VALUES (gen_random_uuid(), 'b', $1, 't', 'k', 's', '', now(), 'bug', 'e', 1, now() - interval '1000 days', now() - make_interval(days => $2))`,
      [eventId, replayedDaysAgo ?? null],
    );
  const count = async (table: string): Promise<number> => (await client.query(`SELECT 1 FROM ${table}`)).rowCount ?? 0;
  const inbox = async () => (await client.query<{ id: string }>('SELECT "eventId" AS id FROM "Inbox"')).rows.map(({ id }) => id).sort();

  it('deletes published events of the age, in batches, and never one that waits', async () => {
    await publishedAgo(31, 25);
    await publishedAgo(29, 3);
    await publishedAgo(undefined, 2);
    expect(await prune({ batchSize: 10 })).toEqual({ outbox: 25, queueLog: 0, inbox: 0, deadLetters: 0 });
    expect(await count('"Outbox"')).toBe(5);
    expect(await prune()).toEqual({ outbox: 0, queueLog: 0, inbox: 0, deadLetters: 0 });
  });

  it('remembers who took an event for longer than a broker may hand it out again', async () => {
    const kept = await takenAgo(59);
    await takenAgo(61);
    expect(await prune({ retentionDays: 1 })).toMatchObject({ inbox: 1 });
    expect(await inbox()).toEqual([kept]);
    expect(await prune({ retentionDays: 31 })).toMatchObject({ inbox: 0 });
  });

  it('remembers it for as long as a dead letter of the event may be sent again to all stages', async () => {
    const [open, replayed, forgotten] = [await takenAgo(400), await takenAgo(400), await takenAgo(400)];
    await letter(open, undefined);
    await letter(replayed, 99);
    await letter(forgotten, 101);
    expect(await prune()).toMatchObject({ inbox: 0, deadLetters: 1 });
    expect(await prune()).toMatchObject({ inbox: 1, deadLetters: 0 });
    expect(await inbox()).toEqual([open, replayed].sort());
    expect(await count('"DeadLetter"')).toBe(2);
  });

  it('leaves it to the one that is at it', async () => {
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await publishedAgo(31);
    const [lock] = (await client.query<{ key: string }>(`SELECT ${String(0x6d616d6d7072756en)}::bigint AS key`)).rows;
    await other.query('SELECT pg_advisory_lock($1)', [lock?.key]);
    expect(await prune()).toBeUndefined();
    await other.end();
    await vi.waitFor(async () => expect(await prune()).toMatchObject({ outbox: 1 }), { timeout: 10_000 });
  });

  it('stops with its signal', async () => {
    await expect(prune({ signal: AbortSignal.abort(new Error('stopping')) })).rejects.toThrow('stopping');
  });

  it("shortens the queue's log, but for what a group has not taken yet", async () => {
    const transport = await openTransport(database.url);
    const eventOf = (topic: string, daysAgo: number): EventEnvelope => ({
      id: newUuid(),
      topic,
      key: 'k',
      source: 's',
      time: new Date(Date.now() - daysAgo * dayMs),
      traceparent: undefined,
      payload: new Uint8Array(),
    });
    const taken: string[] = [];
    const consume = (group: string, topic: string, kind: 'ack' | 'retry') =>
      transport.consume({
        group,
        topics: [topic],
        concurrency: 4,
        handle: ({ event }) => {
          taken.push(`${group} ${event.id}`);
          return Promise.resolve(kind === 'ack' ? { kind } : { kind, delayMs: 3_600_000 });
        },
        onFatal: () => undefined,
      });
    try {
      const consumers = [await consume('quick', 'pruned.done', 'ack'), await consume('slow', 'pruned.waiting', 'retry')];
      const [oldDone, young, waiting] = [eventOf('pruned.done', 31), eventOf('pruned.done', 29), eventOf('pruned.waiting', 31)];
      await transport.publish([waiting, oldDone, young]);
      const waitingGroups = async () => (await transport.depths()).filter(({ pending }) => pending > 0).map(({ group }) => group);
      await vi.waitFor(
        async () => {
          expect(taken).toHaveLength(3);
          expect(await waitingGroups()).toEqual(['slow']);
        },
        { timeout: 30_000 },
      );
      for (const consumer of consumers) await consumer.stop(1000);
      expect(await prune()).toMatchObject({ queueLog: 1 });
      const { rows } = await client.query<{ id: string }>('SELECT id FROM mammoline_queue.event');
      expect(rows.map(({ id }) => id).sort()).toEqual([waiting.id, young.id].sort());
      // A group that comes late gets the past that is left.
      const late = await consume('late', 'pruned.done', 'ack');
      await vi.waitFor(() => expect(taken).toContain(`late ${young.id}`), { timeout: 30_000 });
      expect(taken).not.toContain(`late ${oldDone.id}`);
      await late.stop(1000);
    } finally {
      await transport.close();
    }
  });
});
