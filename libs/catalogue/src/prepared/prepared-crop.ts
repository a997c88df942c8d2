import type { BlobRef } from '@mammoline/contracts';
import type { Uuid } from '@mammoline/kernel';
import { toBlobRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';

export async function preparedCrop(db: Database, imageId: Uuid): Promise<BlobRef | undefined> {
  const row = await db.preparedCrop.findUnique({ where: { imageId } });
  return row === null ? undefined : toBlobRef(row);
}
