import { once } from 'node:events';
import { deriveUuid, invalid, newUuid, type Uuid } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../index.ts';
import { useCatalogue } from '../spec-fixtures.ts';

const firstPage = { pageSize: 100, pageToken: undefined };

function outboxRow(id: Uuid = newUuid()): OutboxRow {
  return {
    id,
    topic: 'mammoline.test.v1',
    key: 'k',
    source: '/mammoline/test',
    traceparent: undefined,
    payload: new Uint8Array([0, 255, 10]),
  };
}

function letter(stage: string, eventId: Uuid, attempts = 1) {
  const event = { eventId, topic: 't', key: 'k', source: 's', traceparent: '00-ab-cd-01', payload: new Uint8Array([1, 0, 255]) };
  return { stage, ...event, eventTime: new Date('2026-01-02T03:04:05.678Z'), errorKind: 'invalid', error: 'no', attempts };
}

describe('the inbox', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const entry = (eventId: Uuid) => ({ eventId, outcome: 'done', reason: undefined, wallMs: 1 }) as const;
  const record = async (stage: string, ...eventIds: readonly Uuid[]): Promise<readonly Uuid[]> => {
    const fresh = await catalogue().transaction((tx) => tx.recordInbox(stage, eventIds.map(entry)));
    return eventIds.filter((id) => fresh.has(id));
  };

  it('takes an event once a stage, of several at once one', async () => {
    const id = newUuid();
    const taken = await Promise.all([record('a', id), record('a', id), record('a', id), record('b', id)]);
    expect(taken.slice(0, 3).flat()).toEqual([id]);
    expect(taken[3]).toEqual([id]);
    const other = newUuid();
    expect(await record('a', id, other)).toEqual([other]);
    expect(await catalogue().eventsTaken('a', [id, newUuid(), other])).toEqual(new Set([id, other]));
    expect(await catalogue().eventsTaken('c', [id])).toEqual(new Set());
  });

  it('lets two that record the same events in other orders both pass, one after the other', async () => {
    const ids = Array.from({ length: 3000 }, () => newUuid());
    const taken = await Promise.all([record('order', ...ids), record('order', ...ids.toReversed())]);
    expect(taken.map(({ length }) => length).sort()).toEqual([0, ids.length]);
  });

  it('takes an event again whose first transaction was rolled back', async () => {
    const id = newUuid();
    const failed = catalogue().transaction(async (tx) => {
      await tx.recordInbox('a', [entry(id)]);
      throw invalid('stop');
    });
    await expect(failed).rejects.toMatchObject({ kind: 'invalid', message: 'stop' });
    expect(await record('a', id)).toEqual([id]);
  });
});

describe('the outbox', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('keeps the order, ignores repeats, and wakes the relay at the commit alone', async () => {
    const listener = new pg.Client({ connectionString: catalogue().url });
    await listener.connect();
    try {
      await listener.query('LISTEN mammoline_outbox');
      const notices: unknown[] = [];
      listener.on('notification', (notice) => notices.push(notice));
      const rows = Array.from({ length: 50 }, () => outboxRow());
      await catalogue().transaction(async (tx) => {
        await tx.appendOutbox(rows);
        await tx.appendOutbox(rows.slice(0, 3));
        await listener.query('SELECT 1');
        expect(notices).toHaveLength(0);
      });
      if (notices.length === 0) await once(listener, 'notification');
      expect(await catalogue().outboxDepth()).toBe(50);
      const stored = await listener.query<{ id: string; payload: Buffer; traceparent: null }>('SELECT * FROM "Outbox" ORDER BY position');
      expect(stored.rows.map((row) => row.id)).toEqual(rows.map((row) => row.id));
      expect(stored.rows[0]).toMatchObject({ payload: Buffer.from([0, 255, 10]), traceparent: null });
    } finally {
      await listener.end();
    }
  });

  it('publishes again what was published or is gone', async () => {
    const before = await catalogue().outboxDepth();
    const [kept, gone] = [outboxRow(), outboxRow()];
    await catalogue().transaction((tx) => tx.appendOutbox([kept]));
    const client = new pg.Client({ connectionString: catalogue().url });
    await client.connect();
    await client.query('UPDATE "Outbox" SET "publishedAt" = now() WHERE id = $1', [kept.id]);
    await client.end();
    expect(await catalogue().outboxDepth()).toBe(before);
    await catalogue().transaction((tx) => tx.republish([kept, gone, kept]));
    expect(await catalogue().outboxDepth()).toBe(before + 2);
    expect(await catalogue().outboxAgeMs()).toBeGreaterThan(0);
  });

  it('tells the age of the first row that waits, and none where none does', async () => {
    const client = new pg.Client({ connectionString: catalogue().url });
    await client.connect();
    await client.query('UPDATE "Outbox" SET "publishedAt" = now()');
    expect(await catalogue().outboxAgeMs()).toBe(0);
    const [first, second] = [outboxRow(), outboxRow()];
    await catalogue().transaction((tx) => tx.appendOutbox([first, second]));
    await client.query(`UPDATE "Outbox" SET "createdAt" = now() - interval '1 hour' WHERE id = $1`, [first.id]);
    await client.end();
    expect(await catalogue().outboxAgeMs()).toBeGreaterThanOrEqual(3_600_000);
    expect(await catalogue().outboxAgeMs()).toBeLessThan(3_700_000);
  });
});

describe('dead letters', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('are one a stage and event, count attempts, and are replayed once', async () => {
    const eventId = deriveUuid('event');
    const dead = { eventId, outcome: 'dead', reason: 'no', wallMs: 5 } as const;
    await catalogue().transaction(async (tx) => {
      await tx.recordInbox('a', [dead]);
      await tx.saveDeadLetter(letter('a', eventId, 3));
      await tx.saveDeadLetter(letter('a', eventId, 2));
      await tx.saveDeadLetter(letter('b', newUuid()));
    });
    expect(await catalogue().deadLetterKeys('a')).toEqual(new Set([letter('a', eventId).key]));
    const { rows } = await catalogue().deadLetters(firstPage);
    const [first] = rows.filter((row) => row.stage === 'a');
    expect(first).toEqual({ ...letter('a', eventId, 5), id: first?.id, createdAt: first?.createdAt, replayedAt: undefined });
    expect(first?.id).toBeDefined();

    const ids = first === undefined ? [] : [first.id];
    const replayed = await Promise.all([1, 2].map(() => catalogue().transaction((tx) => tx.markReplayed(ids))));
    expect(replayed.flat()).toMatchObject([{ stage: 'a', eventId }]);
    expect(await catalogue().deadLetterKeys('a')).toEqual(new Set());
    expect(await catalogue().eventsTaken('a', [eventId])).toEqual(new Set());
    expect(await catalogue().transaction((tx) => tx.markReplayed(undefined))).toMatchObject([{ stage: 'b' }]);
    expect(await catalogue().transaction((tx) => tx.markReplayed(undefined))).toEqual([]);

    await catalogue().transaction((tx) => tx.saveDeadLetter(letter('a', eventId)));
    expect(await catalogue().transaction((tx) => tx.markReplayed(undefined))).toMatchObject([{ stage: 'a', attempts: 6 }]);
  });
});

describe('text that Postgres refuses', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('is kept with what it refuses replaced', async () => {
    const [id, eventId] = [newUuid(), newUuid()];
    const wild = 'a\0b\ud800c';
    await catalogue().transaction(async (tx) => {
      await tx.recordInbox('wild', [{ eventId, outcome: 'skip', reason: wild, wallMs: 1 }]);
      await tx.saveDeadLetter({ ...letter('wild', eventId), key: wild, source: wild, traceparent: wild, error: wild });
      await tx.appendOutbox([{ ...outboxRow(id), key: wild, source: wild, traceparent: wild, extensions: { error: wild } }]);
    });
    const tame = 'a\ufffdb\ufffdc';
    const { rows } = await catalogue().deadLetters(firstPage);
    expect(rows).toMatchObject([{ key: tame, source: tame, traceparent: tame, error: tame }]);
    const client = new pg.Client({ connectionString: catalogue().url });
    await client.connect();
    const stored = await client.query('SELECT key, source, traceparent, extensions FROM "Outbox" WHERE id = $1', [id]);
    await client.end();
    expect(stored.rows).toEqual([{ key: tame, source: tame, traceparent: tame, extensions: { error: tame } }]);
  });
});

describe('stageStatistics', () => {
  const catalogue = useCatalogue(createTestDatabase);

  it('count events and open dead letters, with the median and the 99th percentile', async () => {
    await catalogue().transaction(async (tx) => {
      for (let wallMs = 1; wallMs <= 101; wallMs += 1) {
        await tx.recordInbox('a', [{ eventId: newUuid(), outcome: 'skip', reason: 'waits', wallMs }]);
      }
      await tx.saveDeadLetter(letter('b', newUuid()));
    });
    expect(await catalogue().stageStatistics()).toEqual([
      { stage: 'a', count: 101, failures: 0, wallMsMedian: 51, wallMsP99: 100 },
      { stage: 'b', count: 0, failures: 1, wallMsMedian: 0, wallMsP99: 0 },
    ]);
  });
});
