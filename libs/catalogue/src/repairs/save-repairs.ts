import { repairIdOf } from '../database/ids.ts';
import type { Sql } from '../database/transaction-statements.ts';
import type { NewRepair } from '../records.ts';

/** One row per kind and subject, with the latest `was` and `now`, in one statement. Rows go in by id, so that two with several of them never wait for each other. */
export async function saveRepairs(sql: Sql, repairs: readonly NewRepair[]): Promise<void> {
  const latest = new Map(repairs.map((repair) => [repairIdOf(repair.kind, repair.subject), repair]));
  const rows = [...latest.values()];
  await sql(
    `INSERT INTO "Repair" (id, kind, subject, was, now)
     SELECT id, kind, subject, was, now FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS r(id, kind, subject, was, now)
     ORDER BY id
     ON CONFLICT (id) DO UPDATE SET was = EXCLUDED.was, now = EXCLUDED.now`,
    [
      [...latest.keys()],
      rows.map(({ kind }) => kind),
      rows.map(({ subject }) => subject),
      rows.map(({ was }) => was),
      rows.map(({ now }) => now),
    ],
  );
}
