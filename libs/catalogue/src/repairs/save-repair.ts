import type { Database } from '../database/connect.ts';
import { repairIdOf } from '../database/ids.ts';
import type { NewRepair } from '../records.ts';

/** One row per kind and subject, with the latest `was` and `now`. */
export async function saveRepair(db: Database, repair: NewRepair): Promise<void> {
  const { kind, subject, was, now } = repair;
  const id = repairIdOf(kind, subject);
  await db.repair.upsert({ where: { id }, create: { id, kind, subject, was, now }, update: { was, now } });
}
