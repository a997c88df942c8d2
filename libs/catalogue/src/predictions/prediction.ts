import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { PredictionRecord } from '../records.ts';
import { toPrediction } from './to-prediction.ts';

export async function prediction(db: Database, id: Uuid): Promise<PredictionRecord | undefined> {
  const row = await db.prediction.findUnique({ where: { id }, include: { view: true } });
  return row === null ? undefined : toPrediction(row);
}
