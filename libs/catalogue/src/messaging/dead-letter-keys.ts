import type { Database } from '../database/connect.ts';

/** Of the events that a stage could not take and that were not replayed. */
export async function deadLetterKeys(db: Database, stage: string): Promise<ReadonlySet<string>> {
  const found = await db.deadLetter.findMany({ where: { stage, replayedAt: null }, select: { key: true } });
  return new Set(found.map(({ key }) => key));
}
