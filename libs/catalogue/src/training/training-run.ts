import { parseSha256, parseUuid, type Uuid } from '@mammoline/kernel';
import { orUndefined } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { TrainingRunRecord } from '../records.ts';

/** Run it in a snapshot. */
export async function trainingRun(db: Database, id: Uuid): Promise<TrainingRunRecord | undefined> {
  const row = await db.trainingRun.findUnique({
    where: { id },
    include: { epochs: { orderBy: { epoch: 'asc' } }, model: { select: { id: true } } },
  });
  if (row === null) return undefined;
  return {
    id: parseUuid(row.id),
    state: row.state,
    options: row.options,
    splitHash: parseSha256(row.splitHash),
    attempts: row.attempts,
    error: orUndefined(row.error),
    stepsDone: row.stepsDone,
    steps: row.steps,
    checkpoint: orUndefined(row.checkpoint),
    epochs: row.epochs.map(({ epoch, loss, validationLoss, validationDice, validationIou, seconds }) => ({
      epoch,
      loss,
      validationLoss,
      validationDice,
      validationIou,
      seconds,
    })),
    modelVersionId: row.model === null ? undefined : parseUuid(row.model.id),
    createdAt: row.createdAt,
  };
}
