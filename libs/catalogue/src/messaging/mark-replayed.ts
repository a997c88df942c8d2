import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { DeadLetterRecord } from '../records.ts';
import { toDeadLetter } from './to-dead-letter.ts';

/**
 * Marks open dead letters replayed, all or the given ones, and forgets their inbox rows. Of two callers at once each letter goes to one.
 * @returns the letters that were open, the oldest first
 */
export async function markReplayed(db: Database, ids: readonly Uuid[] | undefined): Promise<readonly DeadLetterRecord[]> {
  const letters = await db.deadLetter.updateManyAndReturn({
    where: { replayedAt: null, ...(ids === undefined ? {} : { id: { in: [...ids] } }) },
    data: { replayedAt: new Date() },
  });
  const keys = JSON.stringify(letters.map(({ stage, eventId }) => ({ stage, eventId })));
  await db.$executeRaw`
    DELETE FROM "Inbox" i USING jsonb_to_recordset(${keys}::jsonb) AS k(stage text, "eventId" uuid)
    WHERE i.stage = k.stage AND i."eventId" = k."eventId"`;
  return letters.map(toDeadLetter).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}
