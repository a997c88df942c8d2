import type { BlobRef } from '@mammoline/contracts';
import type { Sha256 } from '@mammoline/kernel';
import { toBlobRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';

export async function dicomFile(db: Database, sha256: Sha256): Promise<BlobRef | undefined> {
  const row = await db.dicomFile.findUnique({ where: { sha256 } });
  return row === null ? undefined : toBlobRef(row);
}
