import type { Database } from '../database/connect.ts';
import { deadLetterIdOf } from '../database/ids.ts';
import { storableText } from '../database/storable-text.ts';
import type { DeadLetterRecord } from '../records.ts';

/** One row per stage and event; a repeat adds its attempts, keeps the latest error, and is open again. */
export async function saveDeadLetter(db: Database, letter: Omit<DeadLetterRecord, 'id' | 'createdAt' | 'replayedAt'>): Promise<void> {
  const { stage, eventId, errorKind, attempts } = letter;
  const id = deadLetterIdOf(stage, eventId);
  const error = storableText(letter.error);
  const row = {
    ...letter,
    id,
    key: storableText(letter.key),
    source: storableText(letter.source),
    traceparent: letter.traceparent === undefined ? null : storableText(letter.traceparent),
    payload: new Uint8Array(letter.payload),
    error,
  };
  await db.deadLetter.upsert({
    where: { id },
    create: row,
    update: { errorKind, error, attempts: { increment: attempts }, replayedAt: null },
  });
}
