import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { lockTraining } from './lock-training.ts';

/** Ends a run that is queued or running, and takes its lease away. @returns whether there was such a run; run it in a transaction */
export async function cancelTrainingRun(db: Database, id: Uuid): Promise<boolean> {
  await lockTraining(db);
  const { count } = await db.trainingRun.updateMany({
    where: { id, state: { in: ['QUEUED', 'RUNNING'] } },
    data: { state: 'FAILED', error: 'cancelled', finishedAt: new Date(), leaseOwner: null, leaseExpiresAt: null },
  });
  return count > 0;
}
