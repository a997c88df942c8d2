import type { Database } from '../database/connect.ts';
import type { DeidentificationRecord } from '../records.ts';

export async function saveDeidentifications(db: Database, records: readonly DeidentificationRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ changes, ...record }) => ({ ...record, changes: changes.map((change) => ({ ...change })) }));
  await db.deidentification.createMany({ data: rows, skipDuplicates: true });
}
