import type { AbnormalityKind, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { mergedMaskIdOf } from '../database/ids.ts';
import type { MergedMaskRecord } from '../records.ts';
import { toMergedMask } from './to-merged-mask.ts';

export async function mergedMask(db: Database, view: ViewRef, kind: AbnormalityKind): Promise<MergedMaskRecord | undefined> {
  const row = await db.mergedMask.findUnique({ where: { id: mergedMaskIdOf(view, kind) } });
  return row === null ? undefined : toMergedMask(row);
}
