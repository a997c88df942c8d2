import type { CatalogueTx } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import { storableText } from '../database/storable-text.ts';

/** False when the stage has taken the event before. Of two at once the second waits for the first one's commit. */
export async function recordInbox(db: Database, entry: Parameters<CatalogueTx['recordInbox']>[0]): Promise<boolean> {
  const { count } = await db.inbox.createMany({
    data: [{ ...entry, reason: entry.reason === undefined ? null : storableText(entry.reason) }],
    skipDuplicates: true,
  });
  return count === 1;
}
