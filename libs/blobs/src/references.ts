import { stat } from 'node:fs/promises';
import type { BlobRef } from '@mammoline/contracts';
import { readFileBlob, readFileHead, referencedPath } from './file-blob.ts';
import { parseS3Address, s3AddressStart } from './s3-address.ts';
import type { S3Address } from './s3-address.ts';
import type { S3Bucket } from './s3-bucket.ts';
import type { S3Location } from './s3-location.ts';
import type * as s3ObjectBlob from './s3-object-blob.ts';

/** Reads what is kept where it is, whatever store keeps the rest: files of this machine, objects of any bucket. */
export class References {
  readonly #store: S3Location | undefined;
  #bucketOf: ((address: S3Address) => S3Bucket) | undefined;

  /** @param store where blobs are, if they are in S3 */
  constructor(store: S3Location | undefined) {
    this.#store = store;
  }

  async get(ref: BlobRef, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (!isInS3(ref)) return readFileBlob(referencedPath(ref), ref, signal);
    const { s3, bucket, key } = await this.#find(ref);
    return s3.readObjectBlob(bucket, key, ref, signal);
  }

  async head(ref: BlobRef, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (!isInS3(ref)) return readFileHead(referencedPath(ref), ref, length);
    const { s3, bucket, key } = await this.#find(ref);
    return s3.readObjectHead(bucket, key, ref, length, signal);
  }

  async hasVanished(ref: BlobRef): Promise<boolean> {
    if (!isInS3(ref)) return hasFileVanished(referencedPath(ref), ref);
    const { s3, bucket, key } = await this.#find(ref);
    return s3.hasObjectVanished(bucket, key, ref);
  }

  localPath(ref: BlobRef): string | undefined {
    return isInS3(ref) ? undefined : referencedPath(ref);
  }

  /** A laptop whose files are all its own does without the SDK's start-up time. */
  async #find(ref: BlobRef): Promise<{
    readonly s3: typeof s3ObjectBlob;
    readonly bucket: S3Bucket;
    readonly key: string;
  }> {
    const address = parseS3Address(ref.uri);
    const [s3, { createS3Buckets }] = await Promise.all([import('./s3-object-blob.ts'), import('./create-s3-buckets.ts')]);
    this.#bucketOf ??= createS3Buckets(this.#store);
    return { s3, bucket: this.#bucketOf(address), key: address.key };
  }
}

/** Whether a file is certainly not the blob any more. */
export async function hasFileVanished(path: string, ref: BlobRef): Promise<boolean> {
  return stat(path).then(
    (found) => found.size !== ref.sizeBytes,
    () => true,
  );
}

const isInS3 = (ref: BlobRef): boolean => ref.uri.startsWith(s3AddressStart);
