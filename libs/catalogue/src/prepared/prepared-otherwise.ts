import type { Sha256, Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { PreparedViewRecord } from '../records.ts';
import { toPreparedView } from './to-prepared-view.ts';

/** Those that another recipe prepared, by id. @param after the last id of the page before */
export async function preparedOtherwise(
  db: Database,
  recipeHash: Sha256,
  after: Uuid | undefined,
  atMost: number,
): Promise<readonly PreparedViewRecord[]> {
  const rows = await db.preparedView.findMany({
    where: { recipeHash: { not: recipeHash }, ...(after === undefined ? {} : { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: atMost,
    include: { view: true },
  });
  return rows.map(toPreparedView);
}
