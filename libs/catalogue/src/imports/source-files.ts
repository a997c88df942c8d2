import type { Database } from '../database/connect.ts';
import type { SourceFileRecord } from '../records.ts';
import { toSourceFile } from './to-source-file.ts';

/** The records of those of the paths that have one, in any order. */
export async function sourceFiles(db: Database, paths: readonly string[]): Promise<readonly SourceFileRecord[]> {
  const rows = await db.sourceFile.findMany({ where: { path: { in: [...paths] } } });
  return rows.map(toSourceFile);
}
