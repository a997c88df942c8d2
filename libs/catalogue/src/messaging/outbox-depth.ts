import type { Database } from '../database/connect.ts';

/** Outbox rows not published yet. */
export async function outboxDepth(db: Database): Promise<number> {
  return await db.outbox.count({ where: { publishedAt: null } });
}
