import { parseUuid, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { TrainingRunRecord } from '../records.ts';
import { lockTraining } from './lock-training.ts';
import { trainingRun } from './training-run.ts';

/**
 * Takes the oldest run, or the one that is named, that is queued, or running with an expired lease, unless some run has a live lease; run it in a transaction.
 * The database's clock decides, so clocks of replicas may differ.
 */
export async function acquireLease(db: Database, owner: string, leaseMs: number, runId?: Uuid): Promise<TrainingRunRecord | undefined> {
  await lockTraining(db);
  const [taken] = await db.$queryRaw<readonly { id: string }[]>`
    UPDATE "TrainingRun" SET state = 'RUNNING', "leaseOwner" = ${owner}, attempts = attempts + 1,
      "leaseExpiresAt" = clock_timestamp() + make_interval(secs => ${leaseMs}::float8 / 1000),
      "startedAt" = coalesce("startedAt", clock_timestamp())
    WHERE id = (
      SELECT id FROM "TrainingRun"
      WHERE (state = 'QUEUED' OR (state = 'RUNNING' AND coalesce("leaseExpiresAt" <= clock_timestamp(), true)))
        AND NOT EXISTS (SELECT 1 FROM "TrainingRun" WHERE state = 'RUNNING' AND "leaseExpiresAt" > clock_timestamp())
        AND (${runId ?? null}::uuid IS NULL OR id = ${runId ?? null}::uuid)
      ORDER BY "createdAt", id LIMIT 1
    )
    RETURNING id`;
  return taken === undefined ? undefined : await trainingRun(db, parseUuid(taken.id));
}
