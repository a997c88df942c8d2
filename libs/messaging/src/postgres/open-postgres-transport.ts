import type { EventEnvelope } from '@mammoline/contracts';
import { Scope, toFailure, unavailable } from '@mammoline/kernel';
import { Pool, type PoolClient } from 'pg';
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { GroupDepth, Transport } from '../transport.ts';
import { inTransaction } from './in-transaction.ts';
import { isConnectionTrouble } from './is-connection-trouble.ts';
import { createJobStore, enqueue } from './job-store.ts';
import { openMemberSession } from './member-session.ts';
import { startPostgresConsumer, type PostgresConsumer } from './postgres-consumer.ts';
import { ensureQueueSchema, jobsSchema, queueName, subscriptionLockKey } from './queue-schema.ts';

/** Jobs never fail by counting: the stage runtime decides what becomes of an event. pg-boss's own limits are set out of the way. */
const queueLimits = { retryLimit: 1_000_000, expireInSeconds: 86_400, retentionSeconds: 20 * 365 * 86_400 };

/** Past events that a late group gets are put into its queue in steps of this. */
const pastStep = 1000;

/**
 * Opens the transport `postgres`: pg-boss queues, one per group and topic, on the Postgres that the catalogue is in.
 * @throws Failure unavailable where Postgres does not answer.
 */
export async function openPostgresTransport(options: { readonly url: string; readonly log: Logger }): Promise<Transport> {
  const { url, log } = options;
  const scope = new Scope();
  const consumers = new Set<PostgresConsumer>();
  try {
    const pool = scope.add(
      'queue pool',
      new Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 10_000, application_name: 'mammoline-queue' }),
      (it) => it.end(),
    );
    pool.on('error', (error) => {
      log.warn({ err: error.message }, 'an idle queue connection broke');
    });
    // Connections of its own: pg-boss looks queues up outside our transactions, and would wait for ever for one that those hold.
    const boss = new PgBoss({
      connectionString: url,
      max: 2,
      connectionTimeoutMillis: 10_000,
      application_name: 'mammoline-queue-jobs',
      schema: jobsSchema,
      schedule: false,
      registerInstance: false,
    });
    boss.on('error', (error) => {
      log.warn({ err: error.message }, 'pg-boss reports an error');
    });
    scope.add('pg-boss', boss, (it) => it.stop({ graceful: false }));
    await boss.start();
    await ensureQueueSchema(pool);
    const session = await openMemberSession({
      url,
      log,
      onWake: (queue) => {
        for (const consumer of consumers) consumer.wake(queue);
      },
      onRejoin: () => {
        for (const consumer of consumers) {
          consumer.wake(undefined);
          consumer.checkClaims().catch((error: unknown) => {
            log.warn({ err: error }, 'checking claims failed');
          });
        }
      },
    });
    scope.add('queue session', session, (it) => it.close());
    const store = createJobStore(pool, boss, session.member);

    return {
      publish: async (events) => {
        if (events.length === 0) return;
        try {
          await inTransaction(pool, (client) => publishEvents(boss, client, events));
        } catch (error) {
          throw isConnectionTrouble(error) ? toFailure(error, 'unavailable', 'the queue did not take events') : error;
        }
      },
      consume: async (consumerOptions) => {
        for (const topic of consumerOptions.topics) await subscribe(pool, boss, consumerOptions.group, topic);
        const consumer = startPostgresConsumer(consumerOptions, store, log);
        consumers.add(consumer);
        return {
          stop: async (graceMs) => {
            await consumer.stop(graceMs);
            consumers.delete(consumer);
          },
        };
      },
      depths: async () => {
        const { rows } = await pool.query<GroupDepth>(
          `SELECT s."group", s.topic, count(j.id)::int AS pending
           FROM mammoline_queue.subscription s LEFT JOIN ${jobsSchema}.job j ON j.name = s.queue AND j.state < 'completed'
           GROUP BY s."group", s.topic ORDER BY 1, 2`,
        );
        return rows;
      },
      ping: async (timeoutMs) => {
        const timeout = AbortSignal.timeout(timeoutMs);
        await Promise.race([
          pool.query('SELECT 1').catch((error: unknown) => {
            throw toFailure(error, 'unavailable', 'the queue does not answer');
          }),
          new Promise((_resolve, reject) => {
            timeout.addEventListener('abort', () => {
              reject(unavailable(`the queue did not answer within ${String(timeoutMs)} ms`));
            });
          }),
        ]);
      },
      close: async () => {
        for (const consumer of consumers) await consumer.stop(0);
        await scope.close();
      },
    };
  } catch (error) {
    await scope.close().catch(() => undefined);
    throw isConnectionTrouble(error)
      ? toFailure(error, 'unavailable', `can't open the queue on Postgres; is it running, and is the URL right?`)
      : error;
  }
}

/** Appends events to the log, in order, and refers every subscribed group to them. */
async function publishEvents(boss: PgBoss, client: PoolClient, events: readonly EventEnvelope[]): Promise<void> {
  const unique = [...new Map(events.map((event) => [`${event.topic} ${event.id}`, event])).values()];
  await client.query('SELECT pg_advisory_xact_lock_shared($1)', [subscriptionLockKey]);
  // A repeat returns the position it has already: it is delivered again, and the consumers' inboxes know it.
  const { rows } = await client.query<{ topic: string; position: string }>(
    `INSERT INTO mammoline_queue.event (id, topic, key, source, time, traceparent, extensions, payload)
     SELECT id, topic, key, source, time, traceparent, extensions, payload
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::jsonb[], $8::bytea[])
       WITH ORDINALITY AS e(id, topic, key, source, time, traceparent, extensions, payload, ordinal) ORDER BY ordinal
     ON CONFLICT (topic, id) DO UPDATE SET key = EXCLUDED.key RETURNING topic, position`,
    [
      unique.map((event) => event.id),
      unique.map((event) => event.topic),
      unique.map((event) => event.key),
      unique.map((event) => event.source),
      unique.map((event) => event.time),
      unique.map((event) => event.traceparent ?? null),
      unique.map((event) => (event.extensions === undefined ? null : JSON.stringify(event.extensions))),
      unique.map((event) => Buffer.from(event.payload)),
    ],
  );
  const byTopic = Map.groupBy(rows, (row) => row.topic);
  const subscriptions = await client.query<{ queue: string; topic: string }>(
    'SELECT queue, topic FROM mammoline_queue.subscription WHERE topic = ANY($1)',
    [[...byTopic.keys()]],
  );
  for (const { queue, topic } of subscriptions.rows) {
    await enqueue(
      boss,
      client,
      queue,
      (byTopic.get(topic) ?? []).map((row) => row.position),
    );
  }
}

/** Registers a group for a topic, once, and puts the topic's whole past into its queue in the same transaction. */
async function subscribe(pool: Pool, boss: PgBoss, group: string, topic: string): Promise<void> {
  const queue = queueName(group, topic);
  await boss.createQueue(queue, queueLimits);
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [subscriptionLockKey]);
    const { rowCount } = await client.query(
      'INSERT INTO mammoline_queue.subscription (queue, "group", topic) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [queue, group, topic],
    );
    if (rowCount === 0) return;
    const { rows } = await client.query<{ position: string }>(
      'SELECT position FROM mammoline_queue.event WHERE topic = $1 ORDER BY position',
      [topic],
    );
    for (let at = 0; at < rows.length; at += pastStep) {
      await enqueue(
        boss,
        client,
        queue,
        rows.slice(at, at + pastStep).map((row) => row.position),
      );
    }
  });
}
