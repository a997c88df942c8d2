import { storableText } from '../database/storable-text.ts';
import type { Sql } from '../database/transaction-statements.ts';
import type { OutboxRow } from '../records.ts';

/** Texts come from strangers' events too: see storableText. */
const storable = (_name: string, value: unknown): unknown => (typeof value === 'string' ? storableText(value) : value);

/**
 * One statement for any number of rows, in their order, and a notice to the relay that goes out with the commit.
 * @param onConflict what becomes of a row that is there already, in SQL
 */
export async function insertOutbox(sql: Sql, rows: readonly OutboxRow[], onConflict: string): Promise<void> {
  if (rows.length === 0) return;
  await sql(
    `WITH put AS (
       INSERT INTO "Outbox" (id, topic, key, source, traceparent, extensions, payload)
       SELECT id, topic, key, source, traceparent, extensions, payload
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[])
         WITH ORDINALITY AS e(id, topic, key, source, traceparent, extensions, payload, place)
       ORDER BY place
       ON CONFLICT (id) ${onConflict}
     ) SELECT pg_notify('mammoline_outbox', '')::text`,
    [
      rows.map(({ id }) => id),
      rows.map(({ topic }) => topic),
      rows.map(({ key }) => storableText(key)),
      rows.map(({ source }) => storableText(source)),
      rows.map(({ traceparent }) => (traceparent === undefined ? null : storableText(traceparent))),
      rows.map(({ extensions }) => (extensions === undefined ? null : JSON.stringify(extensions, storable))),
      rows.map(({ payload }) => payload),
    ],
  );
}
