import type { Database } from '../database/connect.ts';
import type { SourceFileRecord } from '../records.ts';
import { toSourceFile } from './to-source-file.ts';

export async function sourceFile(db: Database, path: string): Promise<SourceFileRecord | undefined> {
  const row = await db.sourceFile.findUnique({ where: { path } });
  return row === null ? undefined : toSourceFile(row);
}
