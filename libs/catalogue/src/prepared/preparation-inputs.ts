import type { AbnormalityKind, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { masksOf } from '../masks/masks-of.ts';
import type { PreparationInputs } from '../records.ts';
import { preparedViewOf } from './prepared-view-of.ts';

/** What the preprocessor needs of a view and kind; run it in a snapshot. Undefined for an unknown view. */
export async function preparationInputs(db: Database, view: ViewRef, kind: AbnormalityKind): Promise<PreparationInputs | undefined> {
  const set = await masksOf(db, view, kind);
  if (set === undefined) return undefined;
  const { merged } = set;
  const taken = merged === undefined ? 0 : merged.maskCount + merged.refusedCount;
  return {
    viewRevision: set.viewRevision,
    breastDensity: set.breastDensity,
    full: set.full,
    merged,
    maskPending: set.missing > 0 || taken !== set.masks.length,
    prepared: await preparedViewOf(db, view, kind),
  };
}
