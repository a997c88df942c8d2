import type { TableKind } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import type { TakenTable } from '../gen/client.ts';

/** The kinds and official splits of which a table has been taken whole. */
export async function tablesTaken(db: Database): Promise<readonly TableKind[]> {
  const rows = await db.takenTable.findMany({ orderBy: [{ kind: 'asc' }, { officialSplit: 'asc' }] });
  return rows.map(toTableKind);
}

export const toTableKind = ({ kind, officialSplit }: TakenTable): TableKind => ({ kind, split: officialSplit });
