import { parseUuid } from '@mammoline/kernel';
import { orUndefined, toViewRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import { toImageOf } from '../images/to-image.ts';
import { toMergedMask } from '../masks/to-merged-mask.ts';
import { toPreparedViewOf } from '../prepared/to-prepared-view.ts';
import type { ViewRecord } from '../records.ts';
import { toAbnormality } from '../tables/to-abnormality.ts';

/**
 * Views with all that hangs on them, in the order of their keys; run it in a snapshot. One query after the other: Prisma's `include` would send
 * those of several relations at once, which the driver warns of inside a transaction.
 */
export async function readViews(db: Database, ids: readonly string[]): Promise<readonly ViewRecord[]> {
  const viewId = { in: [...ids] };
  const views = await db.view.findMany({
    where: { id: viewId },
    orderBy: [{ patientCode: 'asc' }, { laterality: 'asc' }, { position: 'asc' }],
  });
  const abnormalities = byView(await db.abnormality.findMany({ where: { viewId }, orderBy: [{ kind: 'asc' }, { number: 'asc' }] }));
  const images = byView(await db.image.findMany({ where: { viewId }, orderBy: [{ name: 'asc' }, { variant: 'asc' }] }));
  const mergedMasks = byView(await db.mergedMask.findMany({ where: { viewId }, orderBy: { abnormalityKind: 'asc' } }));
  const preparedViews = byView(await db.preparedView.findMany({ where: { viewId }, orderBy: { abnormalityKind: 'asc' } }));
  return views.map((row) => {
    const ref = toViewRef(row);
    return {
      id: parseUuid(row.id),
      ref,
      breastDensity: orUndefined(row.breastDensity),
      revision: row.revision,
      abnormalities: (abnormalities.get(row.id) ?? []).map(toAbnormality),
      images: (images.get(row.id) ?? []).map((image) => toImageOf(ref, image)),
      mergedMasks: (mergedMasks.get(row.id) ?? []).map(toMergedMask),
      preparedViews: (preparedViews.get(row.id) ?? []).map((prepared) => toPreparedViewOf(ref, prepared)),
    };
  });
}

function byView<Row extends { readonly viewId: string | null }>(rows: readonly Row[]): ReadonlyMap<string | null, readonly Row[]> {
  return Map.groupBy(rows, (row) => row.viewId);
}
