import { parseUuid, type Uuid } from '@mammoline/kernel';
import { storableText } from '../database/storable-text.ts';
import type { Sql } from '../database/transaction-statements.ts';
import type { InboxEntry } from '../records.ts';

/**
 * Records events, in one statement, and returns those that the stage had not taken before. Of two transactions with the same event the second waits for
 * the first one's commit; rows go in by id, so that two with several of them never wait for each other.
 */
export async function recordInbox(sql: Sql, stage: string, entries: readonly InboxEntry[]): Promise<ReadonlySet<Uuid>> {
  const rows = await sql(
    `INSERT INTO "Inbox" (stage, "eventId", outcome, reason, "wallMs")
     SELECT $1, id, outcome, reason, wall_ms FROM unnest($2::uuid[], $3::text[], $4::text[], $5::float8[]) AS e(id, outcome, reason, wall_ms)
     ORDER BY id
     ON CONFLICT DO NOTHING RETURNING "eventId"`,
    [
      stage,
      entries.map(({ eventId }) => eventId),
      entries.map(({ outcome }) => outcome),
      entries.map(({ reason }) => (reason === undefined ? null : storableText(reason))),
      entries.map(({ wallMs }) => wallMs),
    ],
  );
  return new Set(rows.map(([id]) => parseUuid(String(id))));
}
