import { invalid, type ModelAlias, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ModelMoveRecord } from '../records.ts';
import { lockAliases, moveAlias } from './move-alias.ts';

/** Lets the alias name the version; undefined where it does already. @throws Failure invalid for an unknown version */
export async function promoteModel(db: Database, alias: ModelAlias, to: Uuid): Promise<ModelMoveRecord | undefined> {
  await lockAliases(db);
  const version = await db.modelVersion.findUnique({ where: { id: to }, select: { id: true } });
  if (version === null) throw invalid(`there is no model version ${to}`, { field: 'model_version_id' });
  const from = (await db.modelAlias.findUnique({ where: { alias } }))?.modelVersionId;
  return from === to ? undefined : await moveAlias(db, { alias, cause: 'PROMOTE', from, to });
}
