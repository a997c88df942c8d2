import type { ModelAlias, Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ModelMoveRecord, MoveCause } from '../records.ts';
import { toModelMove } from './to-model-move.ts';

/** Whoever moves an alias waits here for the others until its transaction ends: what it reads of the aliases after this stays true. */
export async function lockAliases(db: Database): Promise<void> {
  await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('mammoline model aliases', 0))::text`;
}

/** Moves an alias and records that. Call lockAliases first. */
export async function moveAlias(
  db: Database,
  {
    alias,
    cause,
    from,
    to,
  }: { readonly alias: ModelAlias; readonly cause: MoveCause; readonly from: string | undefined; readonly to: Uuid },
): Promise<ModelMoveRecord> {
  await db.modelAlias.upsert({ where: { alias }, create: { alias, modelVersionId: to }, update: { modelVersionId: to } });
  return toModelMove(await db.modelMove.create({ data: { alias, cause, fromId: from ?? null, toId: to } }));
}
