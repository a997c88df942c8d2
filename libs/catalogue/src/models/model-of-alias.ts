import type { ModelAlias } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ModelVersionRecord } from '../records.ts';
import { toModel, withRunAndAliases } from './to-model.ts';

export async function modelOfAlias(db: Database, alias: ModelAlias): Promise<ModelVersionRecord | undefined> {
  const row = await db.modelAlias.findUnique({ where: { alias }, include: { modelVersion: { include: withRunAndAliases } } });
  return row === null ? undefined : toModel(row.modelVersion);
}
