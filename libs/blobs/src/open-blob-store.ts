import { fileURLToPath } from 'node:url';
import { invalid } from '@mammoline/kernel';
import type { BlobStore } from './blob-store.ts';
import { openDiskBlobStore } from './disk-blob-store.ts';

/**
 * Opens the store that a URL names.
 * @param url `file:///absolute/directory`; the directory is made where it is missing
 * @throws Failure invalid for another URL; unavailable where the directory can't be written to.
 */
export async function openBlobStore(url: string): Promise<BlobStore> {
  return openDiskBlobStore(directoryOf(url));
}

function directoryOf(url: string): string {
  try {
    if (url.startsWith('file:///')) return fileURLToPath(url);
  } catch (error) {
    throw invalid(
      `blob store: found ${JSON.stringify(url)}, which is not a file URL of this machine; expected file:///absolute/directory`,
      { cause: error },
    );
  }
  throw invalid(`blob store: found ${JSON.stringify(url)}, expected file:///absolute/directory`);
}
