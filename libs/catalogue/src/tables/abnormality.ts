import type { AbnormalityKind, ViewRef } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import type { AbnormalityRecord } from '../records.ts';
import { toAbnormality } from './to-abnormality.ts';

export async function abnormality(
  db: Database,
  view: ViewRef,
  kind: AbnormalityKind,
  number: number,
): Promise<AbnormalityRecord | undefined> {
  const row = await db.abnormality.findUnique({ where: { viewId_kind_number: { viewId: viewIdOf(view), kind, number } } });
  return row === null ? undefined : toAbnormality(row);
}
