import type { Database } from '../database/connect.ts';
import { Prisma } from '../gen/client.ts';
import type { OutboxRow } from '../records.ts';
import { insertOutbox } from './insert-outbox.ts';

/** Appends in order; rows that are there already stay as they are. The relay wakes when the transaction commits. */
export async function appendOutbox(db: Database, rows: readonly OutboxRow[]): Promise<void> {
  await insertOutbox(db, rows, Prisma.sql`DO NOTHING`);
}
