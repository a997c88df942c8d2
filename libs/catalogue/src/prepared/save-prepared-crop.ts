import type { BlobRef } from '@mammoline/contracts';
import type { Sha256, Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';

/** Inserts or replaces the prepared picture of a crop image. */
export async function savePreparedCrop(db: Database, imageId: Uuid, recipeHash: Sha256, blob: BlobRef): Promise<void> {
  const row = { recipeHash, sha256: blob.sha256, uri: blob.uri, sizeBytes: BigInt(blob.sizeBytes) };
  await db.preparedCrop.upsert({ where: { imageId }, create: { imageId, ...row }, update: row });
}
