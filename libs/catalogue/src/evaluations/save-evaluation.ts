import type { Database } from '../database/connect.ts';
import { toRequiredJson } from '../database/json.ts';
import type { EvaluationRecord } from '../records.ts';

/** Inserts or replaces. */
export async function saveEvaluation(db: Database, { modelVersionId, evaluation }: Omit<EvaluationRecord, 'createdAt'>): Promise<void> {
  const row = { evaluation: toRequiredJson(evaluation) };
  await db.evaluation.upsert({
    where: { modelVersionId },
    create: { modelVersionId, ...row },
    update: { ...row, createdAt: new Date() },
  });
}
