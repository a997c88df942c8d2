import { stat } from 'node:fs/promises';
import type { BlobRef } from '@mammoline/contracts';
import type { Runtime } from '@mammoline/service';

/** Whether the file that a content was taken from is certainly not it any more. A store without paths keeps its own copies. */
export async function hasVanished({ blobs }: Pick<Runtime, 'blobs'>, ref: BlobRef): Promise<boolean> {
  const path = blobs.localPath(ref);
  if (path === undefined) return false;
  return stat(path).then(
    (found) => found.size !== ref.sizeBytes,
    () => true,
  );
}
