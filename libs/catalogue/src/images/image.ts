import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ImageRecord } from '../records.ts';
import { toImage } from './to-image.ts';

export async function image(db: Database, id: Uuid): Promise<ImageRecord | undefined> {
  const row = await db.image.findUnique({ where: { id }, include: { view: true } });
  return row === null ? undefined : toImage(row);
}
