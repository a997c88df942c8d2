import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** Sets the end of an import; an unknown id changes nothing. */
export async function finishImport(db: Database, id: Uuid): Promise<void> {
  await db.$executeRaw`UPDATE "ImportRun" SET "finishedAt" = clock_timestamp() WHERE id = ${id}::uuid`;
}
