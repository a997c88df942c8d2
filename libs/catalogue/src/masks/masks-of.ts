import type { AbnormalityKind, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { toImageOf } from '../images/to-image.ts';
import type { MaskSet } from '../records.ts';
import { mergedMask } from './merged-mask.ts';

/** The masks of a view and kind and what is promised; run it in a snapshot. Undefined for an unknown view. */
export async function masksOf(db: Database, view: ViewRef, kind: AbnormalityKind): Promise<MaskSet | undefined> {
  const viewId = viewIdOf(view);
  const found = await db.view.findUnique({ where: { id: viewId }, select: { revision: true, breastDensity: true } });
  if (found === null) return undefined;
  const promised = await db.abnormality.findMany({ where: { viewId, kind, inTables: true }, select: { number: true } });
  const rows = await db.image.findMany({
    where: { viewId, abnormalityKind: kind, kind: { in: ['FULL', 'MASK'] } },
    orderBy: [{ abnormalityNumber: 'asc' }, { variant: 'asc' }, { name: 'asc' }, { id: 'asc' }],
  });
  const masks = rows.filter((row) => row.kind === 'MASK');
  const full = rows.find((row) => row.kind === 'FULL');
  const drawn = new Set(masks.map((mask) => mask.abnormalityNumber));
  return {
    viewRevision: found.revision,
    breastDensity: found.breastDensity ?? undefined,
    expected: promised.length > 0 ? promised.length : drawn.size,
    missing: promised.filter(({ number }) => !drawn.has(number)).length,
    full: full === undefined ? undefined : toImageOf(view, full),
    masks: masks.map((mask) => toImageOf(view, mask)),
    merged: await mergedMask(db, view, kind),
  };
}
