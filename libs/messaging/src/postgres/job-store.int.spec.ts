import { newUuid } from '@mammoline/kernel';
import { createTestDatabase, type TestDatabase } from '@mammoline/testing';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from './in-transaction.ts';
import { createJobStore, enqueue } from './job-store.ts';
import { ensureQueueSchema, jobsSchema } from './queue-schema.ts';

let database: TestDatabase;
let pool: Pool;
let boss: PgBoss;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 4 });
  boss = new PgBoss({ connectionString: database.url, max: 2, schema: jobsSchema, schedule: false, registerInstance: false });
  await boss.start();
  await ensureQueueSchema(pool);
}, 60_000);
afterAll(async () => {
  await boss.stop({ graceful: false });
  await pool.end();
  await database.drop();
});

test("what is settled at once is settled each in its own way, and what is another's by now is left alone", async () => {
  const queues = ['a', 'b'];
  for (const queue of queues) await boss.createQueue(queue);
  const { rows } = await pool.query<{ position: string }>(
    `INSERT INTO mammoline_queue.event (id, topic, key, source, time, payload)
     SELECT id, 'topic', 'key', '/mammoline/test', now(), '' FROM unnest($1::uuid[]) AS id RETURNING position`,
    [Array.from({ length: 4 }, () => newUuid())],
  );
  const positions = rows.map(({ position }) => position);
  for (const queue of queues) await inTransaction(pool, (client) => enqueue(boss, client, queue, positions));
  const store = createJobStore(pool, boss, () => 1);
  const claims = [...(await store.take('a', 10)), ...(await store.take('b', 10))];
  expect(claims).toHaveLength(8);
  const [lost] = claims;
  await pool.query('UPDATE mammoline_queue.claim SET member = 2 WHERE job_id = $1', [lost?.jobId]);

  const again = (at: number): boolean => at % 4 === 3;
  const settled = await Promise.all(
    claims.map((claim, at) => store.settle(claim, again(at) ? { kind: 'retry', delayMs: 0 } : { kind: 'ack' })),
  );
  expect(settled).toEqual(claims.map((claim) => claim !== lost));
  const left = await pool.query<{ name: string; state: string; data: unknown }>(
    `SELECT name, state, data FROM ${jobsSchema}.job ORDER BY name, state`,
  );
  expect(left.rows).toEqual([
    { name: 'a', state: 'created', data: { position: claims[3]?.position, attempt: 2 } },
    { name: 'a', state: 'active', data: { position: lost?.position, attempt: 1 } },
    { name: 'b', state: 'created', data: { position: claims[7]?.position, attempt: 2 } },
  ]);
});
