import { parseUuid } from '@mammoline/kernel';
import { orUndefined, toViewRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { Prisma } from '../gen/client.ts';
import { toImageOf } from '../images/to-image.ts';
import { toMergedMask } from '../masks/to-merged-mask.ts';
import { toPreparedViewOf } from '../prepared/to-prepared-view.ts';
import type { ViewRecord } from '../records.ts';
import { toAbnormality } from '../tables/to-abnormality.ts';

const everything = {
  abnormalities: { orderBy: [{ kind: 'asc' }, { number: 'asc' }] },
  images: { orderBy: [{ name: 'asc' }, { variant: 'asc' }] },
  mergedMasks: { orderBy: { abnormalityKind: 'asc' } },
  preparedViews: { orderBy: { abnormalityKind: 'asc' } },
} satisfies Prisma.ViewInclude;

/** Views with all that hangs on them, in the order of their keys; run it in a snapshot. */
export async function readViews(db: Database, ids: readonly string[]): Promise<readonly ViewRecord[]> {
  const rows = await db.view.findMany({
    where: { id: { in: [...ids] } },
    orderBy: [{ patientCode: 'asc' }, { laterality: 'asc' }, { position: 'asc' }],
    include: everything,
  });
  return rows.map((row) => {
    const ref = toViewRef(row);
    return {
      id: parseUuid(row.id),
      ref,
      breastDensity: orUndefined(row.breastDensity),
      revision: row.revision,
      abnormalities: row.abnormalities.map(toAbnormality),
      images: row.images.map((image) => toImageOf(ref, image)),
      mergedMasks: row.mergedMasks.map(toMergedMask),
      preparedViews: row.preparedViews.map((prepared) => toPreparedViewOf(ref, prepared)),
    };
  });
}
