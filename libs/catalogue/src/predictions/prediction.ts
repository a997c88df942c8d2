import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { Prisma } from '../gen/client.ts';
import type { PredictionRecord } from '../records.ts';
import { readPredictions } from './read-predictions.ts';
import { toPrediction } from './to-prediction.ts';

export async function prediction(db: Database, id: Uuid): Promise<PredictionRecord | undefined> {
  return (await readPredictions(db, [Prisma.sql`id = ${id}::uuid`], 1)).map(toPrediction)[0];
}
