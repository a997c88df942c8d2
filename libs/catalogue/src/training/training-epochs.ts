import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { EpochRecord } from '../records.ts';

/** Of a run, in their order; none where there is no such run. */
export async function trainingEpochs(db: Database, runId: Uuid): Promise<readonly EpochRecord[]> {
  return await db.$queryRaw<readonly EpochRecord[]>`
    SELECT epoch, loss, "validationLoss", "validationDice", "validationIou", seconds FROM "TrainingEpoch" WHERE "runId" = ${runId}::uuid ORDER BY epoch`;
}
