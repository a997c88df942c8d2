import type { Sha256, Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { toRequiredJson } from '../database/json.ts';

/** Queues a run. Idempotent by id. */
export async function insertTrainingRun(
  db: Database,
  run: { readonly id: Uuid; readonly options: unknown; readonly splitHash: Sha256 },
): Promise<void> {
  await db.trainingRun.createMany({ data: [{ ...run, options: toRequiredJson(run.options) }], skipDuplicates: true });
}
