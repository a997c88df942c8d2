import { sleep } from '@mammoline/kernel';
import { withClient } from '@mammoline/testing/pipeline';
import type pg from 'pg';
import type { Fault } from '../fault.ts';

/** Rows that the relay takes for sent long ago. */
const held = `'9999-01-01'::timestamptz`;

export const reverseOrder: Fault = {
  name: 'reverse-order',
  title: 'the events of each view in reverse order',
  times: 1,
  timesARound: 1,
  inject: async ({ infrastructure, over, ended, say }) => {
    const ask = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => withClient(infrastructure.postgresUrl(), work);
    await ask(async (client) => {
      await client.query(
        `CREATE OR REPLACE FUNCTION chaos_hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."publishedAt" := ${held}; RETURN NEW; END $$`,
      );
      await client.query(`CREATE OR REPLACE TRIGGER chaos_hold BEFORE INSERT ON "Outbox" FOR EACH ROW EXECUTE FUNCTION chaos_hold()`);
    });
    let released = 0;
    try {
      while (!over.aborted) {
        await ask(async (client) => {
          if (!(await comesToRest(client))) return;
          // The latest of each topic and key first, and the next one when that is sent: a key's events keep the order in which they are sent.
          for (let wave = await release(client); wave > 0; wave = await release(client)) released += wave;
        });
        await sleep(200, over).catch(() => undefined);
      }
    } finally {
      await ask((client) => client.query('DROP TRIGGER IF EXISTS chaos_hold ON "Outbox"'));
    }
    say(`${String(released)} events were sent in reverse order`);
    ended();
  },
};

/** No more events come: the number of those that are held has not changed for a while. */
async function comesToRest(client: pg.Client): Promise<boolean> {
  const count = async (): Promise<number> => {
    const { rows } = await client.query<{ held: number }>(`SELECT count(*)::int AS held FROM "Outbox" WHERE "publishedAt" = ${held}`);
    return rows[0]?.held ?? 0;
  };
  const before = await count();
  for (let looks = 0; looks < 20; looks += 1) {
    await sleep(100);
    if ((await count()) !== before) return false;
  }
  return before > 0;
}

/** Lets the relays have the latest event of each topic and key that is held, and waits until they have sent it. */
async function release(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE "Outbox" SET "publishedAt" = NULL WHERE id IN
       (SELECT DISTINCT ON (topic, key) id FROM "Outbox" WHERE "publishedAt" = ${held} ORDER BY topic, key, position DESC) RETURNING id::text`,
  );
  await client.query(`SELECT pg_notify('mammoline_outbox', '')`);
  const ids = rows.map(({ id }) => id);
  for (;;) {
    const { rowCount } = await client.query(`SELECT 1 FROM "Outbox" WHERE id = ANY($1::uuid[]) AND "publishedAt" IS NULL LIMIT 1`, [ids]);
    if (rowCount === 0) return ids.length;
    await sleep(20);
  }
}
