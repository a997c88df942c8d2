import { parseUuid, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { EvaluationRecord } from '../records.ts';

export async function evaluation(db: Database, modelVersionId: Uuid): Promise<EvaluationRecord | undefined> {
  const row = await db.evaluation.findUnique({ where: { modelVersionId } });
  return row === null ? undefined : { ...row, modelVersionId: parseUuid(row.modelVersionId) };
}
