import type { BlobRef } from '@mammoline/contracts';
import type { Database } from '../database/connect.ts';

/** True when the content is new. Of concurrent callers with the same content one gets true, after the others waited for its commit. */
export async function saveDicomFile(db: Database, blob: BlobRef, sourcePath: string): Promise<boolean> {
  const { count } = await db.dicomFile.createMany({
    data: [{ sha256: blob.sha256, sizeBytes: BigInt(blob.sizeBytes), uri: blob.uri, sourcePath }],
    skipDuplicates: true,
  });
  return count === 1;
}
