import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { BlobRef } from '@mammoline/contracts';
import { Failure, invalid, sha256Of } from '@mammoline/kernel';
import { changedBlob, howToMend } from './cas-ref.ts';
import { checkHeadLength } from './file-blob.ts';
import { ask } from './s3-bucket.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isMissingObject, s3ErrorNames } from './s3-failure.ts';
import { openS3Object } from './s3-object.ts';
import type { S3Object } from './s3-object.ts';

/** Reads an object and checks it against the hash. @throws Failure invalid where it is gone or was changed, unavailable where the store is away. */
export async function readObjectBlob(bucket: S3Bucket, key: string, ref: BlobRef, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const place = placeOf(bucket, key);
  const object = await openBlobObject(bucket, key, ref, undefined, signal);
  if (object.sizeBytes !== undefined && object.sizeBytes !== ref.sizeBytes) {
    object.close();
    throw changedBlob(place, ref, object.sizeBytes, undefined);
  }
  const bytes = new Uint8Array(ref.sizeBytes);
  let filled = 0;
  for await (const chunk of object.chunks) {
    if (filled + chunk.length > bytes.length) throw changedBlob(place, ref, filled + chunk.length, undefined);
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  const found = sha256Of(bytes.subarray(0, filled));
  if (found !== ref.sha256) throw changedBlob(place, ref, filled, found);
  return bytes;
}

/** Reads at most `length` bytes from the start of an object, unchecked. */
export async function readObjectHead(
  bucket: S3Bucket,
  key: string,
  ref: BlobRef,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  checkHeadLength(length);
  const bytes = new Uint8Array(Math.min(length, ref.sizeBytes));
  // A range of no bytes can't be asked for; the first byte tells whether the blob is there.
  const object = await openBlobObject(bucket, key, ref, Math.max(1, bytes.length), signal);
  let filled = 0;
  for await (const chunk of object.chunks) {
    const taken = chunk.subarray(0, bytes.length - filled);
    bytes.set(taken, filled);
    filled += taken.length;
    if (filled === bytes.length) break; // A server that knows no ranges would go on to the end.
  }
  return bytes.subarray(0, filled);
}

/** Whether an object is certainly not the blob any more: it or its bucket is gone, or it has another size. */
export async function hasObjectVanished(bucket: S3Bucket, key: string, ref: BlobRef): Promise<boolean> {
  try {
    const command = new HeadObjectCommand({ Bucket: bucket.name, Key: key });
    const { ContentLength } = await ask(bucket, 'look for a blob', undefined, (client) => client.send(command));
    return ContentLength !== ref.sizeBytes;
  } catch (error) {
    const cause = error instanceof Failure ? error.cause : error;
    return isMissingObject(cause) || s3ErrorNames(cause).includes('NoSuchBucket');
  }
}

const placeOf = (bucket: S3Bucket, key: string): string => `${key} in ${bucket.title}`;

async function openBlobObject(
  bucket: S3Bucket,
  key: string,
  ref: BlobRef,
  length: number | undefined,
  signal: AbortSignal | undefined,
): Promise<S3Object> {
  try {
    return await openS3Object(bucket, key, length === undefined ? undefined : { from: 0, length }, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (isMissingObject(error.cause)) {
      throw invalid(
        `${placeOf(bucket, key)} is gone: found no object, expected ${String(ref.sizeBytes)} bytes with sha256 ${ref.sha256}; ${howToMend(ref)}`,
        { cause: error },
      );
    }
    // An empty object has no first byte.
    const names = s3ErrorNames(error.cause);
    if (names.includes('InvalidRange') || names.includes('416')) return emptyObject;
    throw error;
  }
}

const emptyObject: S3Object = { sizeBytes: 0, totalBytes: 0, tag: undefined, chunks: noChunks(), close: () => undefined };

async function* noChunks(): AsyncGenerator<Uint8Array, void, undefined> {
  // Nothing.
}
