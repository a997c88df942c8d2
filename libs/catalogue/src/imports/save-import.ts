import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** Idempotent by id. */
export async function saveImport(db: Database, run: { readonly id: Uuid; readonly directory: string }): Promise<void> {
  await db.importRun.createMany({ data: [run], skipDuplicates: true });
}
