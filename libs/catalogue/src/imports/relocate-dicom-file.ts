import type { BlobRef } from '@mammoline/contracts';
import type { Database } from '../database/connect.ts';

/** Points the content's DicomFile and its Image, where there is one, to `blob.uri`. */
export async function relocateDicomFile(db: Database, blob: BlobRef): Promise<void> {
  const { sha256, uri } = blob;
  await db.dicomFile.updateMany({ where: { sha256 }, data: { uri } });
  await db.image.updateMany({ where: { sha256 }, data: { uri } });
}
