import type { EventEnvelope } from '@mammoline/contracts';
import { backoffDelayMs, describeError, Failure, parseUuid, sleep } from '@mammoline/kernel';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { Wake } from './postgres/wake.ts';
import type { Transport } from './transport.ts';

export interface OutboxRelayOptions {
  readonly url: string;
  readonly transport: Pick<Transport, 'publish'>;
  readonly log: Logger;
  /** Ends the relay after the batch in hand. */
  readonly signal: AbortSignal;
  /** Rows taken at once. */
  readonly batchSize?: number;
  /** Longest wait for a wake-up that was lost. */
  readonly pollMs?: number;
  /** Longest time that rows in hand stay locked for a relay that says nothing any more; others take them then. */
  readonly maxHoldMs?: number;
  /** Refusals of one row after which it is set aside, until the relay starts again. */
  readonly maxRefusals?: number;
  readonly onSetAside?: (eventId: string) => void;
}

interface OutboxDbRow {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly source: string;
  readonly traceparent: string | null;
  readonly extensions: Readonly<Record<string, string>> | null;
  readonly payload: Buffer;
  readonly createdAt: Date;
  readonly position: string;
}

const trouble = { firstDelayMs: 200, maxDelayMs: 5000 };

/**
 * Publishes what the outbox holds, at least once, until the signal aborts. Any number of relays may run at once: rows in hand are locked and skipped.
 * One relay keeps the order of positions; of two the later batch may be published first, so that events of one key may change places.
 * A row is chosen for having no `publishedAt`, never for following the last one: positions are given out before their transactions commit, so
 * "position > last" loses a row whose transaction commits late.
 */
export async function runOutboxRelay(options: OutboxRelayOptions): Promise<void> {
  const { url, log, signal, pollMs = 1000, batchSize = 100, maxHoldMs = 60_000 } = options;
  const refusals = new Map<string, number>();
  const wake = new Wake();
  signal.addEventListener('abort', () => {
    wake.notify();
  });
  const goesOn = (): boolean => !signal.aborted;
  for (let attempt = 1; goesOn(); attempt += 1) {
    const client = new Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'mammoline-outbox-relay',
      connectionTimeoutMillis: 10_000,
      // A frozen process, or a machine that went without a word, would keep its rows locked until TCP gives up: hours.
      idle_in_transaction_session_timeout: maxHoldMs,
    });
    client.on('error', (error) => {
      log.warn({ err: error.message }, 'the outbox relay lost Postgres');
      wake.notify();
    });
    client.on('notification', () => {
      wake.notify();
    });
    try {
      await client.connect();
      await client.query('LISTEN mammoline_outbox');
      while (goesOn()) {
        const taken = await relayBatch(client, options, batchSize, refusals);
        attempt = 1;
        if (taken < batchSize) await wake.wait(pollMs);
      }
    } catch (error) {
      log.warn({ err: describeError(error), attempt }, 'the outbox relay failed; trying again');
      await sleep(backoffDelayMs(attempt, trouble, Math.random), signal).catch(() => undefined);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/**
 * Locks the first rows, and marks them already: nobody sees it before the commit, and a relay that dies has marked nothing. What it costs must not grow
 * with what waits: all that wait have no `publishedAt`, yet only when ordered by it too are they read from their index, and only by `ctid` are those that
 * were locked found without a look at all. A row that another transaction has just changed is not found so: it comes with a later batch.
 */
const takeRows = `
  WITH taken AS MATERIALIZED (
    SELECT ctid FROM "Outbox" WHERE "publishedAt" IS NULL AND id <> ALL($2::uuid[]) ORDER BY "publishedAt", position LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE "Outbox" o SET "publishedAt" = now() FROM taken WHERE o.ctid = taken.ctid
  RETURNING id, topic, key, source, traceparent, extensions, payload, "createdAt", position`;

/** Publishes one batch in one transaction; returns how many rows it took in hand. */
async function relayBatch(client: Client, options: OutboxRelayOptions, batchSize: number, refusals: Map<string, number>): Promise<number> {
  const { maxRefusals = 5 } = options;
  await client.query('BEGIN');
  try {
    const setAside = [...refusals].filter(([, count]) => count >= maxRefusals).map(([id]) => id);
    const { rows: taken } = await client.query<OutboxDbRow>(takeRows, [batchSize, setAside]);
    const rows = taken.toSorted((a, b) => Number(a.position) - Number(b.position));
    const published = new Set(rows.length === 0 ? [] : await publishRows(rows, options, refusals));
    const left = rows.flatMap(({ id }) => (published.has(id) ? [] : [id]));
    if (left.length > 0) await client.query('UPDATE "Outbox" SET "publishedAt" = NULL WHERE id = ANY($1::uuid[])', [left]);
    await client.query('COMMIT');
    return rows.length;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Returns the ids that the transport took: all at once or, where it refuses the batch, one by one, so that the bad row is alone. */
async function publishRows(
  rows: readonly OutboxDbRow[],
  options: OutboxRelayOptions,
  refusals: Map<string, number>,
): Promise<readonly string[]> {
  const { transport, log, maxRefusals = 5, onSetAside } = options;
  try {
    await transport.publish(rows.map(toEnvelope));
    return rows.map((row) => row.id);
  } catch (error) {
    // A transport that is away refuses all rows alike: that is nobody's fault, and the whole batch waits.
    if (isAway(error)) throw error;
  }
  const published: string[] = [];
  for (const row of rows) {
    try {
      await transport.publish([toEnvelope(row)]);
      published.push(row.id);
      refusals.delete(row.id);
    } catch (error) {
      if (isAway(error)) break;
      const count = (refusals.get(row.id) ?? 0) + 1;
      refusals.set(row.id, count);
      const about = { eventId: row.id, topic: row.topic, refusals: count, err: describeError(error) };
      if (count < maxRefusals) {
        log.warn(about, 'the transport refused an event; it is tried again');
      } else {
        log.error(
          about,
          'the transport keeps refusing an event: set aside until the relay starts again; it stays unpublished in the outbox',
        );
        onSetAside?.(row.id);
      }
    }
  }
  return published;
}

const isAway = (error: unknown): boolean => error instanceof Failure && error.kind === 'unavailable';

const toEnvelope = (row: OutboxDbRow): EventEnvelope => ({
  id: parseUuid(row.id),
  topic: row.topic,
  key: row.key,
  source: row.source,
  time: row.createdAt,
  traceparent: row.traceparent ?? undefined,
  ...(row.extensions !== null && { extensions: row.extensions }),
  payload: new Uint8Array(row.payload),
});
