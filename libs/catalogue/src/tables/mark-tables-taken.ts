import type { TableKind } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import { toTableKind } from './tables-taken.ts';

/** From now on a file of these without a row is one that the tables do not name. Returns those whose files from before were not held against it yet. */
export async function markTablesTaken(db: Database, tables: readonly TableKind[]): Promise<readonly TableKind[]> {
  const rows = tables.map(({ kind, split }) => ({ kind, officialSplit: split }));
  await db.takenTable.createMany({ data: rows, skipDuplicates: true });
  return (await db.takenTable.findMany({ where: { OR: rows, filesReviewed: false } })).map(toTableKind);
}
