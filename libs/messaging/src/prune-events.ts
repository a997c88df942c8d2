import { sleep } from '@mammoline/kernel';
import { Client } from 'pg';
import { subscriptionLockKey } from './postgres/queue-schema.ts';

/** Advisory lock of whoever prunes: one process at a time. */
const pruneLockKey = 0x6d616d6d7072756en;

/** What topics of Kafka are declared with, see kafka/topics.ts: an event may be handed out again for as long, whatever is kept here. */
const topicRetentionDays = 30;
/** How much longer the record of who has taken an event is kept, and the dead letters that were replayed. */
const inboxExtraDays = 30;
const deadLetterExtraDays = 70;

export interface PruneOptions {
  readonly url: string;
  /** Age at which a published event goes. */
  readonly retentionDays: number;
  readonly signal: AbortSignal;
  /** Rows deleted in one transaction, and the pause after it: what works beside it shall not notice. */
  readonly batchSize?: number;
  readonly pauseMs?: number;
}

export interface Pruned {
  readonly outbox: number;
  readonly queueLog: number;
  readonly inbox: number;
  readonly deadLetters: number;
}

/**
 * Deletes what is too old of the record of events, in small transactions; undefined where another process is at it.
 *
 * The inbox makes repeats harmless, so it outlives whatever can repeat an event:
 * - Kafka hands out an event again, at worst, until it deletes it: 30 days, and up to 7 more until its segment is closed. The inbox stays 30 days
 *   longer, however short the retention here.
 * - A dead letter is sent again when somebody asks for it, to all stages. As long as its row is there, the inbox rows of its event stay, however old.
 *   Open letters stay for good; replayed ones for the 90 days of their `.dlq` topic and more.
 *
 * @throws what Postgres answers
 */
export async function pruneEvents(options: PruneOptions): Promise<Pruned | undefined> {
  const { url, retentionDays } = options;
  const client = new Client({
    connectionString: url,
    application_name: 'mammoline-retention',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  let broken: Error | undefined;
  client.on('error', (error) => {
    broken = error;
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ mine: boolean; queue: boolean }>(
      `SELECT pg_try_advisory_lock($1) AS mine, to_regclass('mammoline_queue.event') IS NOT NULL AS queue`,
      [pruneLockKey],
    );
    const [found] = rows;
    if (found?.mine !== true) return undefined;
    const inBatches = (sql: string, ageDays: number, lock?: bigint): Promise<number> =>
      deleteInBatches(client, sql, ageDays, options, lock);
    const handedOutDays = Math.max(retentionDays, topicRetentionDays);
    return {
      outbox: await inBatches(oldOutbox, retentionDays),
      // The transport `postgres` alone has a log. Publishing and subscribing stand still meanwhile, which would put jobs beside a row that goes.
      queueLog: found.queue ? await inBatches(oldLog, retentionDays, subscriptionLockKey) : 0,
      inbox: await inBatches(oldInbox, handedOutDays + inboxExtraDays),
      deadLetters: await inBatches(oldDeadLetters, handedOutDays + deadLetterExtraDays),
    };
  } catch (error) {
    throw broken ?? error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** $1 is a number of days, $2 how many rows go at once. */
const oldOutbox = `
  DELETE FROM "Outbox" WHERE id IN (
    SELECT id FROM "Outbox" WHERE "publishedAt" < now() - make_interval(days => $1) ORDER BY "publishedAt" LIMIT $2)`;

/** Positions follow the time nearly: the first young one ends the search. What a queue still refers to stays. */
const oldLog = `
  DELETE FROM mammoline_queue.event WHERE position IN (
    SELECT position FROM mammoline_queue.event e
    WHERE time < now() - make_interval(days => $1)
      AND position < coalesce((SELECT position FROM mammoline_queue.event WHERE time >= now() - make_interval(days => $1) ORDER BY position LIMIT 1), 9223372036854775807)
      AND NOT EXISTS (SELECT 1 FROM mammoline_jobs.job j WHERE j.data ->> 'position' = e.position::text)
    ORDER BY position LIMIT $2)`;

const oldInbox = `
  DELETE FROM "Inbox" WHERE (stage, "eventId") IN (
    SELECT i.stage, i."eventId" FROM "Inbox" i
    WHERE i."processedAt" < now() - make_interval(days => $1) AND NOT EXISTS (SELECT 1 FROM "DeadLetter" d WHERE d."eventId" = i."eventId")
    ORDER BY i."processedAt" LIMIT $2)`;

const oldDeadLetters = `
  DELETE FROM "DeadLetter" WHERE id IN (SELECT id FROM "DeadLetter" WHERE "replayedAt" < now() - make_interval(days => $1) LIMIT $2)`;

async function deleteInBatches(
  client: Client,
  sql: string,
  ageDays: number,
  { signal, batchSize = 1000, pauseMs = 100 }: PruneOptions,
  lock: bigint | undefined,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    signal.throwIfAborted();
    await client.query('BEGIN');
    if (lock !== undefined) await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);
    const count = (await client.query(sql, [ageDays, batchSize])).rowCount ?? 0;
    await client.query('COMMIT');
    deleted += count;
    if (count < batchSize) return deleted;
    await sleep(pauseMs, signal);
  }
}
