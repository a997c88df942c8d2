import type { Sha256 } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { imageIdOf } from '../database/ids.ts';
import type { ImageRecord } from '../records.ts';
import { image } from './image.ts';

export async function imageBySha256(db: Database, sha256: Sha256): Promise<ImageRecord | undefined> {
  return await image(db, imageIdOf(sha256));
}
