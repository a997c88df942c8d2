import type { Database } from '../database/connect.ts';
import { Prisma } from '../gen/client.ts';
import type { OutboxRow } from '../records.ts';
import { insertOutbox } from './insert-outbox.ts';

/** Has events published again: rows that are there count as unpublished, missing ones are inserted. The relay wakes at the commit. */
export async function republish(db: Database, rows: readonly OutboxRow[]): Promise<void> {
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
  await insertOutbox(db, unique, Prisma.sql`DO UPDATE SET "publishedAt" = NULL`);
}
