import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { EpochRecord } from '../records.ts';

/** Inserts or replaces the epoch: a run that resumes may repeat one. */
export async function saveEpoch(db: Database, runId: Uuid, epochRecord: EpochRecord): Promise<void> {
  const { epoch, ...measures } = epochRecord;
  await db.trainingEpoch.upsert({
    where: { runId_epoch: { runId, epoch } },
    create: { runId, epoch, ...measures },
    update: measures,
  });
}
