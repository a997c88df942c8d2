import { invalid, type ModelAlias, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ModelMoveRecord } from '../records.ts';
import { lockAliases, moveAlias } from './move-alias.ts';
import { toModelMove } from './to-model-move.ts';
import { versionBefore } from './version-before.ts';

/** Lets the alias name what it named before the version `leaving`, which it names now. See CatalogueTx.rollbackModel. */
export async function rollbackModel(db: Database, alias: ModelAlias, leaving: Uuid): Promise<ModelMoveRecord> {
  await lockAliases(db);
  const moves = (await db.modelMove.findMany({ where: { alias }, orderBy: { position: 'asc' } })).map(toModelMove);
  const last = moves.at(-1);
  if (last?.cause === 'ROLLBACK' && last.from === leaving) return last;
  if (last?.to !== leaving) {
    const now = last === undefined ? 'no version' : `${last.to} since ${last.movedAt.toISOString()}`;
    throw invalid(`${alias} names ${now}, not ${leaving}: look at "models history", and roll back from what it names now`, {
      field: 'leaving_model_version_id',
    });
  }
  const to = versionBefore(moves);
  if (to === undefined) throw invalid(`${alias} has named no version before ${leaving}: there is none to go back to`, { field: 'alias' });
  return await moveAlias(db, { alias, cause: 'ROLLBACK', from: leaving, to });
}
