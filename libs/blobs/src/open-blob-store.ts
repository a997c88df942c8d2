import { fileURLToPath } from 'node:url';
import { invalid } from '@mammoline/kernel';
import type { BlobStore } from './blob-store.ts';
import { openDiskBlobStore } from './disk-blob-store.ts';
import { parseS3Location, s3UrlForm } from './s3-location.ts';

/**
 * Opens the store that a URL names.
 * @param url `file:///absolute/directory` (made where it is missing) or `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true` (the bucket is
 * there; what is left out comes from the AWS SDK's environment, credentials always do)
 * @throws Failure invalid for another URL; unavailable where the directory can't be written to, or the bucket does not answer.
 */
export async function openBlobStore(url: string): Promise<BlobStore> {
  if (!url.startsWith('s3://')) return openDiskBlobStore(directoryOf(url));
  const location = parseS3Location(url);
  // A laptop does without the SDK's start-up time.
  const { openS3BlobStore } = await import('./s3-blob-store.ts');
  return openS3BlobStore(location);
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
  throw invalid(`blob store: found ${JSON.stringify(url)}, expected file:///absolute/directory or ${s3UrlForm}`);
}
