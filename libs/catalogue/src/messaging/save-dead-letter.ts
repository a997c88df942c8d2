import type { Database } from '../database/connect.ts';
import { deadLetterIdOf } from '../database/ids.ts';
import type { DeadLetterRecord } from '../records.ts';

/** One row per stage and event; a repeat adds its attempts, keeps the latest error, and is open again. */
export async function saveDeadLetter(db: Database, letter: Omit<DeadLetterRecord, 'id' | 'createdAt' | 'replayedAt'>): Promise<void> {
  const { stage, eventId, errorKind, error, attempts } = letter;
  const id = deadLetterIdOf(stage, eventId);
  const row = { ...letter, id, traceparent: letter.traceparent ?? null, payload: new Uint8Array(letter.payload) };
  await db.deadLetter.upsert({
    where: { id },
    create: row,
    update: { errorKind, error, attempts: { increment: attempts }, replayedAt: null },
  });
}
