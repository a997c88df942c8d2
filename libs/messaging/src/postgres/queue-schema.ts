import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.ts';

/** pg-boss keeps its tables in a schema of its own, which it migrates itself. */
export const jobsSchema = 'mammoline_jobs';

/** NOTIFY channel; the payload names the queue that got work. */
export const wakeChannel = 'mammoline_queue';

/** First key of the advisory locks that members of the transport hold while they live; the second is the member's number. */
export const memberLockClass = 0x6d616d6d;

/** Advisory lock between publishing (shared) and subscribing (exclusive): no event falls between a group's past and its future. */
export const subscriptionLockKey = 0x6d616d6d71756575n;

/** The pg-boss queue of a group and a topic. */
export const queueName = (group: string, topic: string): string => `${group}/${topic}`;

/**
 * `event` is the log of what was published, which a late group reads from its beginning; jobs refer to it, so a payload is stored once.
 * `claim` says which living member has a job in hand.
 */
const statements = `
  CREATE SCHEMA IF NOT EXISTS mammoline_queue;
  CREATE TABLE IF NOT EXISTS mammoline_queue.event (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    source text NOT NULL,
    time timestamptz(3) NOT NULL,
    traceparent text,
    payload bytea NOT NULL,
    UNIQUE (topic, id)
  );
  ALTER TABLE mammoline_queue.event ADD COLUMN IF NOT EXISTS extensions jsonb;
  CREATE INDEX IF NOT EXISTS event_topic_position ON mammoline_queue.event (topic, position);
  CREATE TABLE IF NOT EXISTS mammoline_queue.subscription (
    queue text PRIMARY KEY,
    "group" text NOT NULL,
    topic text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS mammoline_queue.claim (
    queue text NOT NULL,
    job_id uuid NOT NULL,
    member integer NOT NULL,
    PRIMARY KEY (queue, job_id)
  );
`;

/** Makes the transport's own tables; safe with several processes at once. */
export async function ensureQueueSchema(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [subscriptionLockKey]);
    await client.query(statements);
  });
}
