import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { FileOutcome, ImportTotals } from '../records.ts';

/** Counts the files of an import, or of all, by what became of them. */
export async function importTotals(db: Database, importId?: Uuid): Promise<ImportTotals> {
  const groups = await db.sourceFile.groupBy({
    by: ['outcome'],
    _count: { _all: true },
    ...(importId === undefined ? {} : { where: { importId } }),
  });
  const count = (outcome: FileOutcome): number => groups.find((group) => group.outcome === outcome)?._count._all ?? 0;
  const [stored, duplicates, rejected] = [count('STORED'), count('DUPLICATE'), count('REJECTED')];
  return { found: stored + duplicates + rejected, stored, duplicates, rejected };
}
