import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { PreparedViewRecord } from '../records.ts';
import { toPreparedView } from './to-prepared-view.ts';

export async function preparedView(db: Database, id: Uuid): Promise<PreparedViewRecord | undefined> {
  const row = await db.preparedView.findUnique({ where: { id }, include: { view: true } });
  return row === null ? undefined : toPreparedView(row);
}
