import type { ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { mergedMaskIdOf, viewIdOf } from '../database/ids.ts';
import type { MergedMaskRecord } from '../records.ts';
import { toMergedMask } from './to-merged-mask.ts';

/** Replaces the merged mask of the view and kind, counting its revision on, and bumps the view's revision. */
export async function saveMergedMask(
  db: Database,
  view: ViewRef,
  mask: Omit<MergedMaskRecord, 'id' | 'revision'>,
): Promise<MergedMaskRecord> {
  const { blob, abnormalityKind, ...rest } = mask;
  const id = mergedMaskIdOf(view, abnormalityKind);
  const viewId = viewIdOf(view);
  const row = { ...rest, sha256: blob.sha256, uri: blob.uri, sizeBytes: BigInt(blob.sizeBytes), areaPx: BigInt(mask.areaPx) };
  // The view first, as every writer of a view does.
  await db.view.update({ where: { id: viewId }, data: { revision: { increment: 1 } }, select: { id: true } });
  const saved = await db.mergedMask.upsert({
    where: { id },
    create: { id, viewId, abnormalityKind, revision: 1, ...row },
    update: { ...row, revision: { increment: 1 } },
  });
  return toMergedMask(saved);
}
