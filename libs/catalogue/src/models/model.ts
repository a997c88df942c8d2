import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ModelVersionRecord } from '../records.ts';
import { toModel, withRunAndAliases } from './to-model.ts';

export async function model(db: Database, id: Uuid): Promise<ModelVersionRecord | undefined> {
  const row = await db.modelVersion.findUnique({ where: { id }, include: withRunAndAliases });
  return row === null ? undefined : toModel(row);
}
