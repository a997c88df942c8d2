import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { lockTraining } from './lock-training.ts';

/** Extends a live lease; run it in a transaction. False when it is another's or has expired: a beat that comes late must not revive it. */
export async function beatLease(db: Database, runId: Uuid, owner: string, leaseMs: number): Promise<boolean> {
  await lockTraining(db);
  const count = await db.$executeRaw`
    UPDATE "TrainingRun" SET "leaseExpiresAt" = clock_timestamp() + make_interval(secs => ${leaseMs}::float8 / 1000)
    WHERE id = ${runId}::uuid AND state = 'RUNNING' AND "leaseOwner" = ${owner} AND "leaseExpiresAt" > clock_timestamp()`;
  return count === 1;
}
