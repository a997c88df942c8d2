import { describeError, sleep } from '@mammoline/kernel';
import { withClient, type Subscription } from '@mammoline/testing/pipeline';
import type { Services } from './services.ts';

/** Numbers of what a pipeline has done, and has to do. */
export interface Standing {
  /** Inbox rows. */
  readonly taken: number;
  /** Events that were not sent. */
  readonly unsent: number;
  /** Pairs of an event that was sent and a stage that subscribes to its topic and has not taken it. */
  readonly untaken: number;
}

/** @param exempt ids of planted events that nobody will take */
export async function readStanding(
  databaseUrl: string,
  subscriptions: readonly Subscription[],
  exempt: readonly string[] = [],
): Promise<Standing> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Standing>(
      `SELECT (SELECT count(*) FROM "Inbox")::int AS taken,
         (SELECT count(*) FROM "Outbox" WHERE "publishedAt" IS NULL AND id <> ALL($3::uuid[]))::int AS unsent,
         (SELECT count(*) FROM "Outbox" o JOIN unnest($1::text[], $2::text[]) AS s(stage, topic) ON s.topic = o.topic
            WHERE o.id <> ALL($3::uuid[]) AND NOT EXISTS (SELECT 1 FROM "Inbox" i WHERE i.stage = s.stage AND i."eventId" = o.id))::int AS untaken`,
      [subscriptions.map(({ stage }) => stage), subscriptions.map(({ topic }) => topic), exempt],
    );
    const [standing] = rows;
    if (standing === undefined) throw new Error('a query of one row gave none');
    return standing;
  });
}

/** Forgets everything but the schema, and the record of calls, which no one empties. The services go on, and know nothing of it. */
export async function emptyCatalogue(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_prisma%' AND tablename NOT LIKE 'Audit%'`,
    );
    await client.query(`TRUNCATE ${rows.map(({ tablename }) => `"${tablename}"`).join(', ')}`);
  });
}

/** Imports the tree as a user does who tries again until it is through. Returns how often it was tried. */
export async function importUntilDone(services: Services, tree: string, deadlineMs: number): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const { ok, said } = await services.command('import', tree, '--copy', '--no-wait');
    if (ok) return tries;
    if (Date.now() > deadlineMs) throw new Error(`the import did not come through after ${String(tries)} tries: ${said}`);
    await sleep(1000);
  }
}

/** Longer than anything that is waited for by itself: sessions of dead members, backoffs, services that start again. */
const standstillMs = 150_000;

/** Waits until every event is sent and taken; returns undefined, or what is wanting when nothing moves any more or the time is over. */
export async function untilQuiet(look: () => Promise<Standing>, deadlineMs: number): Promise<string | undefined> {
  let before = '';
  let movedMs = Date.now();
  for (;;) {
    const now = await look().then(
      ({ taken, unsent, untaken }) => ({
        isQuiet: unsent + untaken === 0,
        text: `${String(taken)} events are taken, ${String(untaken)} not, ${String(unsent)} not sent`,
      }),
      (error: unknown) => ({ isQuiet: false, text: describeError(error) }),
    );
    if (now.isQuiet) return undefined;
    if (now.text !== before) movedMs = Date.now();
    before = now.text;
    if (Date.now() > Math.min(deadlineMs, movedMs + standstillMs)) return now.text;
    await sleep(250);
  }
}
