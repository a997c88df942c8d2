import { parseSha256, parseUuid, type Uuid } from '@mammoline/kernel';
import { orUndefined } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { TrainingRunRecord } from '../records.ts';
import { trainingEpochs } from './training-epochs.ts';

/** Run it in a snapshot. */
export async function trainingRun(db: Database, id: Uuid): Promise<TrainingRunRecord | undefined> {
  const row = await db.trainingRun.findUnique({ where: { id } });
  if (row === null) return undefined;
  const epochs = await trainingEpochs(db, id);
  const model = await db.modelVersion.findUnique({ where: { runId: id }, select: { id: true } });
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
    epochs,
    modelVersionId: model === null ? undefined : parseUuid(model.id),
    provenance: orUndefined(row.provenance),
    createdAt: row.createdAt,
  };
}
