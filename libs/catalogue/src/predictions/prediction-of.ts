import type { AbnormalityKind, Uuid, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import type { PredictionRecord } from '../records.ts';
import { toPrediction } from './to-prediction.ts';

export async function predictionOf(
  db: Database,
  view: ViewRef,
  kind: AbnormalityKind,
  modelVersionId: Uuid,
): Promise<PredictionRecord | undefined> {
  const row = await db.prediction.findUnique({
    where: { viewId_abnormalityKind_modelVersionId: { viewId: viewIdOf(view), abnormalityKind: kind, modelVersionId } },
    include: { view: true },
  });
  return row === null ? undefined : toPrediction(row);
}
