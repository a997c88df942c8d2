import type { AbnormalityKind, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { preparedViewIdOf } from '../database/ids.ts';
import type { PreparedViewRecord } from '../records.ts';
import { preparedView } from './prepared-view.ts';

export async function preparedViewOf(db: Database, view: ViewRef, kind: AbnormalityKind): Promise<PreparedViewRecord | undefined> {
  return await preparedView(db, preparedViewIdOf(view, kind));
}
