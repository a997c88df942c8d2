import type { Database } from '../database/connect.ts';
import { storableJson } from '../database/storable-json.ts';
import type { Prisma } from '../gen/client.ts';
import type { OutboxRow } from '../records.ts';

/** One statement for any number of rows, in their order, and a notice to the relay that goes out with the commit. */
export async function insertOutbox(db: Database, rows: readonly OutboxRow[], onConflict: Prisma.Sql): Promise<void> {
  if (rows.length === 0) return;
  const json = storableJson(rows.map((row) => ({ ...row, payload: Buffer.from(row.payload).toString('base64') })));
  await db.$executeRaw`
    INSERT INTO "Outbox" (id, topic, key, source, traceparent, extensions, payload)
    SELECT (r ->> 'id')::uuid, r ->> 'topic', r ->> 'key', r ->> 'source', r ->> 'traceparent', r -> 'extensions', decode(r ->> 'payload', 'base64')
    FROM jsonb_array_elements(${json}::jsonb) WITH ORDINALITY AS e(r, place)
    ORDER BY place
    ON CONFLICT (id) ${onConflict}`;
  await db.$queryRaw`SELECT pg_notify('mammoline_outbox', '')::text`;
}
