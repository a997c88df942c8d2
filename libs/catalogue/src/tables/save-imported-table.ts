import type { CatalogueTx } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';

/** Idempotent by hash. */
export async function saveImportedTable(db: Database, table: Parameters<CatalogueTx['saveImportedTable']>[0]): Promise<void> {
  const { tables, problems, ...rest } = table;
  await db.takenTable.updateMany({
    where: { OR: tables.map(({ kind, split }) => ({ kind, officialSplit: split })) },
    data: { filesReviewed: true },
  });
  await db.importedTable.createMany({ data: [{ ...rest, problems: [...problems] }], skipDuplicates: true });
}
