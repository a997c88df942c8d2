import type { Sql } from '../database/transaction-statements.ts';
import type { OutboxRow } from '../records.ts';
import { insertOutbox } from './insert-outbox.ts';

/** Appends in order; rows that are there already stay as they are. The relay wakes when the transaction commits. */
export async function appendOutbox(sql: Sql, rows: readonly OutboxRow[]): Promise<void> {
  await insertOutbox(sql, rows, 'DO NOTHING');
}
