import { pathToFileURL } from 'node:url';
import type { BlobRef } from '@mammoline/contracts';
import type { Sha256 } from '@mammoline/kernel';

/**
 * A reference to a file that is kept where it is. Nothing is copied: the store checks the bytes against the hash at every read.
 * @param path absolute
 */
export function referenceFile(path: string, sha256: Sha256, sizeBytes: number): BlobRef {
  return { sha256, sizeBytes, uri: pathToFileURL(path).href };
}
