import { AbortMultipartUploadCommand, DeleteObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ask } from './s3-bucket.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { s3ErrorNames } from './s3-failure.ts';

/** Not allowed, or not known to this server: then a lifecycle rule of the bucket cleans, or nobody. */
const tolerated = new Set(['AccessDenied', '403', 'NotImplemented', '501']);

/**
 * Removes what killed writers left under the prefix: uploads never completed, and temporary objects, begun before `beforeMs` (epoch). A thousand
 * of each at a time: the next opening goes on.
 * @throws Failure unavailable where the store or the bucket is not there.
 */
export async function cleanAbandonedUploads(bucket: S3Bucket, prefix: string, beforeMs: number): Promise<void> {
  const inBucket = { Bucket: bucket.name };
  const isOld = (date: Date | undefined): boolean => date !== undefined && date.getTime() < beforeMs;
  await tolerate(async () => {
    const command = new ListObjectsV2Command({ ...inBucket, Prefix: prefix });
    const { Contents = [] } = await ask(bucket, 'be opened', undefined, (client) => client.send(command));
    for (const { Key } of Contents.filter((object) => isOld(object.LastModified))) {
      await ask(bucket, 'be cleaned', undefined, (client) => client.send(new DeleteObjectCommand({ ...inBucket, Key })));
    }
  });
  await tolerate(async () => {
    const command = new ListMultipartUploadsCommand({ ...inBucket, Prefix: prefix });
    const { Uploads = [] } = await ask(bucket, 'be opened', undefined, (client) => client.send(command));
    for (const { Key, UploadId } of Uploads.filter((upload) => isOld(upload.Initiated) && upload.Key?.startsWith(prefix) === true)) {
      await ask(bucket, 'be cleaned', undefined, (client) => client.send(new AbortMultipartUploadCommand({ ...inBucket, Key, UploadId })));
    }
  });
}

async function tolerate(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const names = error instanceof Error ? s3ErrorNames(error.cause) : [];
    // Credentials that the store does not know are refused with a 403 too, under another name; those are to be told.
    const refused = names.some((name) =>
      ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'RequestTimeTooSkewed'].includes(name),
    );
    // Another process cleans at the same time.
    if (names.includes('NoSuchUpload')) return;
    if (refused || !names.some((name) => tolerated.has(name))) throw error;
  }
}
