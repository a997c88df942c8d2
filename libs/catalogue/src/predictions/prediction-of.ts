import type { AbnormalityKind, Uuid, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { Prisma } from '../gen/client.ts';
import type { PredictionRecord } from '../records.ts';
import { readPredictions } from './read-predictions.ts';
import { toPrediction } from './to-prediction.ts';

export async function predictionOf(
  db: Database,
  view: ViewRef,
  kind: AbnormalityKind,
  modelVersionId: Uuid,
): Promise<PredictionRecord | undefined> {
  const key = Prisma.sql`"viewId" = ${viewIdOf(view)}::uuid AND "abnormalityKind" = ${kind}::"AbnormalityKind" AND "modelVersionId" = ${modelVersionId}::uuid`;
  return (await readPredictions(db, [key], 1)).map(toPrediction)[0];
}
