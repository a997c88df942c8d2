import type { Database } from '../database/connect.ts';

/** Age of the first of the outbox rows that are not published yet, by Postgres' clock; 0 where there is none. Ordered as its index is, so that it is one look. */
export async function outboxAgeMs(db: Database): Promise<number> {
  const rows = await db.$queryRaw<{ ageMs: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp() - "createdAt") * 1000)::float8 AS "ageMs"
    FROM "Outbox" WHERE "publishedAt" IS NULL ORDER BY "publishedAt", position LIMIT 1`;
  return Math.max(0, rows[0]?.ageMs ?? 0);
}
