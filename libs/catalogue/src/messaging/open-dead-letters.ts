import type { Database } from '../database/connect.ts';

/** By stage, how many dead letters were not replayed. */
export async function openDeadLetters(db: Database): Promise<readonly { readonly stage: string; readonly count: number }[]> {
  const found = await db.deadLetter.groupBy({ by: 'stage', where: { replayedAt: null }, _count: true, orderBy: { stage: 'asc' } });
  return found.map(({ stage, _count: count }) => ({ stage, count }));
}
