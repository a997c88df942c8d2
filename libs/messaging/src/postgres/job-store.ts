import type { EventEnvelope } from '@mammoline/contracts';
import { inBatches, parseUuid } from '@mammoline/kernel';
import type { Db, PgBoss } from 'pg-boss';
import type { Pool, PoolClient } from 'pg';
import type { Disposition } from '../transport.ts';
import { inTransaction } from './in-transaction.ts';
import { memberLockClass, wakeChannel } from './queue-schema.ts';

/** A job in hand. */
export interface Claim {
  readonly queue: string;
  readonly jobId: string;
  /** Of the event in the log. */
  readonly position: string;
  readonly attempt: number;
  readonly event: EventEnvelope;
}

interface Settlement {
  readonly claim: Claim;
  readonly disposition: Disposition;
}

const maxSettledTogether = 500;

/** What a job keeps: a reference to the event, so that a payload is stored once for all groups. */
interface JobData {
  readonly position: string;
  readonly attempt: number;
}

interface EventRow {
  readonly position: string;
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly source: string;
  readonly time: Date;
  readonly traceparent: string | null;
  readonly extensions: Readonly<Record<string, string>> | null;
  readonly payload: Buffer;
}

/** pg-boss's statements inside a transaction of ours. */
export const within = (client: PoolClient): { readonly db: Db } => ({
  db: { executeSql: (text, values) => client.query(text, values) },
});

/** Puts references to events into a queue and wakes its consumers when the transaction commits. */
export async function enqueue(boss: PgBoss, client: PoolClient, queue: string, positions: readonly string[]): Promise<void> {
  if (positions.length === 0) return;
  const jobs = positions.map((position): { data: JobData } => ({ data: { position, attempt: 1 } }));
  await boss.insert(queue, jobs, within(client));
  await client.query('SELECT pg_notify($1, $2)', [wakeChannel, queue]);
}

export type JobStore = ReturnType<typeof createJobStore>;

/**
 * What consumers do with pg-boss's jobs, each in one transaction with the claim that says who has the job.
 * @param member this process's number, see member-session.ts
 */
export function createJobStore(pool: Pool, boss: PgBoss, member: () => number) {
  const take = (queue: string, limit: number): Promise<readonly Claim[]> =>
    inTransaction(pool, async (client) => {
      const jobs = await boss.fetch<JobData>(queue, { batchSize: limit, ...within(client) });
      if (jobs.length === 0) return [];
      await client.query(
        `INSERT INTO mammoline_queue.claim (queue, job_id, member) SELECT $1, unnest($2::uuid[]), $3
         ON CONFLICT (queue, job_id) DO UPDATE SET member = EXCLUDED.member`,
        [queue, jobs.map((job) => job.id), member()],
      );
      const { rows } = await client.query<EventRow>('SELECT * FROM mammoline_queue.event WHERE position = ANY($1::bigint[])', [
        jobs.map((job) => job.data.position),
      ]);
      const events = new Map(rows.map((row) => [row.position, toEnvelope(row)]));
      return jobs.flatMap((job) => {
        const event = events.get(job.data.position);
        return event === undefined ? [] : [{ queue, jobId: job.id, position: job.data.position, attempt: job.data.attempt, event }];
      });
    });

  /** Those of the settlements whose jobs are still ours; nothing is done about the others. */
  const settleAll = (settlements: readonly Settlement[]): Promise<ReadonlySet<Settlement>> =>
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ job_id: string }>(
        `DELETE FROM mammoline_queue.claim USING unnest($1::text[], $2::uuid[]) AS s(queue, job_id)
         WHERE claim.queue = s.queue AND claim.job_id = s.job_id AND member = $3 RETURNING claim.job_id`,
        [settlements.map(({ claim }) => claim.queue), settlements.map(({ claim }) => claim.jobId), member()],
      );
      const held = new Set(rows.map((row) => row.job_id));
      const ours = settlements.filter(({ claim }) => held.has(claim.jobId));
      for (const [queue, ofQueue] of Map.groupBy(ours, ({ claim }) => claim.queue)) {
        await boss.deleteJob(
          queue,
          ofQueue.map(({ claim }) => claim.jobId),
          within(client),
        );
        const again = ofQueue.flatMap(({ claim, disposition }) => {
          if (disposition.kind === 'ack') return [];
          const data: JobData = { position: claim.position, attempt: claim.attempt + 1 };
          return [{ data, startAfter: disposition.delayMs / 1000 }];
        });
        if (again.length > 0) await boss.insert(queue, again, within(client));
      }
      return new Set(ours);
    });

  /** False where the job is another's by now; nothing is done then. What is settled at about the same time shares a transaction. */
  const settleOne = inBatches<Settlement, boolean>({
    maxSize: maxSettledTogether,
    maxRunning: 1,
    work: async (settlements) => {
      const ours = await settleAll(settlements);
      return (settlement) => ours.has(settlement);
    },
  });
  const settle = (claim: Claim, disposition: Disposition): Promise<boolean> => settleOne({ claim, disposition });

  /** Makes jobs of the queues whose member has died available again; never our own, while our session is joining again. Returns how many. */
  const reclaimOrphans = (queues: readonly string[]): Promise<number> =>
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ queue: string; job_id: string }>(
        `DELETE FROM mammoline_queue.claim
         WHERE queue = ANY($1) AND member <> $3 AND NOT EXISTS (
           SELECT FROM pg_locks
           WHERE locktype = 'advisory' AND granted AND classid = $2 AND objid::bigint = claim.member AND objsubid = 2
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
         RETURNING queue, job_id`,
        [queues, memberLockClass, member()],
      );
      await release(
        client,
        rows.map((row) => ({ queue: row.queue, jobId: row.job_id })),
      );
      return rows.length;
    });

  /** Gives jobs back, to be taken by another at once. */
  const handBack = (claims: readonly Claim[]): Promise<void> =>
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ queue: string; job_id: string }>(
        'DELETE FROM mammoline_queue.claim WHERE member = $1 AND job_id = ANY($2::uuid[]) RETURNING queue, job_id',
        [member(), claims.map((claim) => claim.jobId)],
      );
      await release(
        client,
        rows.map((row) => ({ queue: row.queue, jobId: row.job_id })),
      );
    });

  const release = async (client: PoolClient, jobs: readonly { readonly queue: string; readonly jobId: string }[]): Promise<void> => {
    for (const [queue, ofQueue] of Map.groupBy(jobs, (job) => job.queue)) {
      await boss.fail(
        queue,
        ofQueue.map((job) => job.jobId),
        null,
        within(client),
      );
      await client.query('SELECT pg_notify($1, $2)', [wakeChannel, queue]);
    }
  };

  /** The job ids that this member still holds. */
  const stillHeld = async (claims: readonly Claim[]): Promise<ReadonlySet<string>> => {
    const { rows } = await pool.query<{ job_id: string }>(
      'SELECT job_id FROM mammoline_queue.claim WHERE member = $1 AND job_id = ANY($2::uuid[])',
      [member(), claims.map((claim) => claim.jobId)],
    );
    return new Set(rows.map((row) => row.job_id));
  };

  return { take, settle, reclaimOrphans, handBack, stillHeld };
}

const toEnvelope = (row: EventRow): EventEnvelope => ({
  id: parseUuid(row.id),
  topic: row.topic,
  key: row.key,
  source: row.source,
  time: row.time,
  traceparent: row.traceparent ?? undefined,
  ...(row.extensions !== null && { extensions: row.extensions }),
  payload: new Uint8Array(row.payload),
});
