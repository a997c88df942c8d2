import type { AbnormalityKind, OfficialSplit } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** The distinct pairs of kind and official split over abnormalities that are in tables. */
export async function tablesTaken(db: Database): Promise<readonly { readonly kind: AbnormalityKind; readonly split: OfficialSplit }[]> {
  const groups = await db.abnormality.groupBy({
    by: ['kind', 'officialSplit'],
    where: { inTables: true },
    orderBy: [{ kind: 'asc' }, { officialSplit: 'asc' }],
  });
  return groups.map(({ kind, officialSplit }) => ({ kind, split: officialSplit }));
}
