import type { Sql } from '../database/transaction-statements.ts';
import type { OutboxRow } from '../records.ts';
import { insertOutbox } from './insert-outbox.ts';

/** Has events published again: rows that are there count as unpublished, missing ones are inserted. The relay wakes at the commit. */
export async function republish(sql: Sql, rows: readonly OutboxRow[]): Promise<void> {
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
  await insertOutbox(sql, unique, 'DO UPDATE SET "publishedAt" = NULL');
}
