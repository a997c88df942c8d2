import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { lockTraining } from './lock-training.ts';

/** Gives the run back to the queue if it is still the owner's, with or without the attempt; run it in a transaction. */
export async function releaseLease(db: Database, runId: Uuid, owner: string, attempt: 'spent' | 'unspent'): Promise<void> {
  await lockTraining(db);
  await db.trainingRun.updateMany({
    where: { id: runId, state: 'RUNNING', leaseOwner: owner },
    data: { state: 'QUEUED', leaseOwner: null, leaseExpiresAt: null, attempts: { decrement: attempt === 'unspent' ? 1 : 0 } },
  });
}
