import type { Database } from '../database/connect.ts';
import type { ModelVersionRecord } from '../records.ts';
import { toModel, withRunAndAliases } from './to-model.ts';

export async function newestModel(db: Database): Promise<ModelVersionRecord | undefined> {
  const row = await db.modelVersion.findFirst({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], include: withRunAndAliases });
  return row === null ? undefined : toModel(row);
}
