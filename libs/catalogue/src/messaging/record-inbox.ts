import { parseUuid, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { storableText } from '../database/storable-text.ts';
import type { InboxEntry } from '../records.ts';

/**
 * Records events, in one statement, and returns those that the stage had not taken before. Of two transactions with the same event the second waits for
 * the first one's commit; rows go in by id, so that two with several of them never wait for each other.
 */
export async function recordInbox(db: Database, stage: string, entries: readonly InboxEntry[]): Promise<ReadonlySet<Uuid>> {
  const json = JSON.stringify(
    entries.map((entry) => ({ ...entry, reason: entry.reason === undefined ? undefined : storableText(entry.reason) })),
  );
  const rows = await db.$queryRaw<readonly { eventId: string }[]>`
    INSERT INTO "Inbox" (stage, "eventId", outcome, reason, "wallMs")
    SELECT ${stage}, "eventId", outcome, reason, "wallMs"
    FROM jsonb_to_recordset(${json}::jsonb) AS e("eventId" uuid, outcome text, reason text, "wallMs" float8)
    ORDER BY "eventId"
    ON CONFLICT DO NOTHING RETURNING "eventId"`;
  return new Set(rows.map(({ eventId }) => parseUuid(eventId)));
}
