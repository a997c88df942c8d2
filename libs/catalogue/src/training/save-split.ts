import type { Database } from '../database/connect.ts';
import type { SplitRecord } from '../records.ts';

/** Idempotent by hash, which names the content. */
export async function saveSplit(db: Database, split: SplitRecord): Promise<void> {
  const { training, validation, test, seed, abnormalityKind, ...rest } = split;
  const row = { ...rest, seed: BigInt(seed), abnormalityKind: abnormalityKind ?? null };
  const patients = { training: [...training], validation: [...validation], test: [...test] };
  await db.split.createMany({ data: [{ ...row, ...patients }], skipDuplicates: true });
}
