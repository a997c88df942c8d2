import type { AbnormalityKind } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { PreparedViewRecord } from '../records.ts';
import { toPreparedView } from './to-prepared-view.ts';

/** All with a mask, of a kind or of all, by view, then kind. */
export async function preparedViews(db: Database, kind: AbnormalityKind | undefined): Promise<readonly PreparedViewRecord[]> {
  const rows = await db.preparedView.findMany({
    where: { maskSha256: { not: null }, ...(kind === undefined ? {} : { abnormalityKind: kind }) },
    orderBy: [{ view: { patientCode: 'asc' } }, { view: { laterality: 'asc' } }, { view: { position: 'asc' } }, { abnormalityKind: 'asc' }],
    include: { view: true },
  });
  return rows.map(toPreparedView);
}
