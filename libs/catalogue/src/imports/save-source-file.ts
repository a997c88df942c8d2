import type { Database } from '../database/connect.ts';
import type { SourceFileRecord } from '../records.ts';

/** Inserts or replaces the row of a path. */
export async function saveSourceFile(db: Database, file: SourceFileRecord): Promise<void> {
  const { path, ...rest } = file;
  const row = {
    ...rest,
    sizeBytes: BigInt(file.sizeBytes),
    // File systems give fractions of a millisecond; the comparison on the next import drops them too.
    modifiedMs: BigInt(Math.trunc(file.modifiedMs)),
    sha256: file.sha256 ?? null,
    reason: file.reason ?? null,
    detail: file.detail ?? null,
  };
  await db.sourceFile.upsert({ where: { path }, create: { path, ...row }, update: row });
}
