import { createHash, randomUUID } from 'node:crypto';
import { CopyObjectCommand, DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BlobRef } from '@mammoline/contracts';
import { Failure, invalid, parseSha256, sha256Of } from '@mammoline/kernel';
import type { BlobStore } from './blob-store.ts';
import { casPrefix, casRef } from './cas-ref.ts';
import { cleanAbandonedUploads } from './clean-abandoned-uploads.ts';
import { cutIntoParts } from './cut-into-parts.ts';
import { defaultTiming } from './create-s3-buckets.ts';
import { References } from './references.ts';
import { ask, checkRegion, openS3Bucket } from './s3-bucket.ts';
import type { S3Bucket, S3Timing } from './s3-bucket.ts';
import { isMissingObject, s3ErrorNames } from './s3-failure.ts';
import type { S3Location } from './s3-location.ts';
import { hasObjectVanished, readObjectBlob, readObjectHead } from './s3-object-blob.ts';
import { openS3Object } from './s3-object.ts';
import { S3MultipartUpload } from './s3-multipart-upload.ts';
import { untilAborted } from './until-aborted.ts';

/** S3 takes parts from 5 MiB up. A stream holds one or two of them in memory. */
const partBytes = 8 << 20;
/** The largest object that S3 stores and copies with one request. */
const maxBlobBytes = 5 * 1024 ** 3;
const pingTimeoutMs = 4000;
const abandonedAfterMs = 24 * 3600 * 1000;

/**
 * Opens a store in a bucket, laid out as one on disk: `<prefix>ab/cdef…` is the blob of hash `abcdef…`, `<prefix>tmp/` what is being written.
 * @throws Failure unavailable where the store does not answer or has no such bucket; invalid without a region.
 */
export async function openS3BlobStore(
  location: S3Location,
  {
    timing = defaultTiming,
    cleanBeforeMs = Date.now() - abandonedAfterMs,
  }: { readonly timing?: S3Timing; readonly cleanBeforeMs?: number } = {},
): Promise<BlobStore> {
  const bucket = openS3Bucket(location, timing, 'the blob store');
  await checkRegion(bucket);
  await cleanAbandonedUploads(bucket, `${bucket.prefix}tmp/`, cleanBeforeMs);
  return new S3BlobStore(bucket, new References(location));
}

class S3BlobStore implements BlobStore {
  readonly #bucket: S3Bucket;
  readonly #references: References;

  constructor(bucket: S3Bucket, references: References) {
    this.#bucket = bucket;
    this.#references = references;
  }

  async put(bytes: Uint8Array, signal?: AbortSignal): Promise<BlobRef> {
    signal?.throwIfAborted();
    const ref = casRef(sha256Of(bytes), bytes.length);
    checkSize(ref.sizeBytes);
    if (!(await this.#holds(ref, signal))) await this.#putOnce(ref, bytes, signal);
    return ref;
  }

  async putStream(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<BlobRef> {
    const key = this.#temporaryKey();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let upload: S3MultipartUpload | undefined;
    try {
      for await (const part of cutIntoParts(untilAborted(chunks, signal), partBytes)) {
        // The only one, for all but the last are full: it goes to its name at once.
        if (upload === undefined && part.length < partBytes) return await this.put(part, signal);
        hash.update(part);
        sizeBytes += part.length;
        checkSize(sizeBytes);
        upload ??= await S3MultipartUpload.begin(this.#bucket, key, signal);
        await upload.add(part, signal);
      }
      if (upload === undefined) return await this.put(new Uint8Array(0), signal);
      const ref = casRef(parseSha256(hash.digest('hex')), sizeBytes);
      if (await this.#holds(ref, signal)) {
        await upload.abandon();
      } else {
        await upload.complete(signal);
        await this.#copyTemporary(key, ref, signal);
        await this.#delete(key);
      }
      return ref;
    } catch (error) {
      await upload?.abandon();
      throw error;
    }
  }

  async get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array> {
    if (!ref.uri.startsWith(casPrefix)) return this.#references.get(ref, signal);
    return readObjectBlob(this.#bucket, this.#keyOf(ref), ref, signal);
  }

  async head(ref: BlobRef, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    if (!ref.uri.startsWith(casPrefix)) return this.#references.head(ref, length, signal);
    return readObjectHead(this.#bucket, this.#keyOf(ref), ref, length, signal);
  }

  async remove(ref: BlobRef): Promise<void> {
    if (ref.uri.startsWith(casPrefix)) await this.#delete(this.#keyOf(ref));
  }

  localPath(ref: BlobRef): string | undefined {
    return ref.uri.startsWith(casPrefix) ? undefined : this.#references.localPath(ref);
  }

  async hasVanished(ref: BlobRef): Promise<boolean> {
    if (!ref.uri.startsWith(casPrefix)) return this.#references.hasVanished(ref);
    return hasObjectVanished(this.#bucket, this.#keyOf(ref), ref);
  }

  async ping(): Promise<void> {
    const target = { Bucket: this.#bucket.name, Key: this.#temporaryKey() };
    const options = { abortSignal: AbortSignal.timeout(pingTimeoutMs) };
    await ask(this.#bucket, 'be written to', undefined, async (client) => {
      await client.send(new PutObjectCommand({ ...target, Body: new Uint8Array(1) }), options);
      await client.send(new DeleteObjectCommand(target), options);
    });
  }

  #temporaryKey(): string {
    return `${this.#bucket.prefix}tmp/${randomUUID()}`;
  }

  #keyOf(ref: BlobRef): string {
    const sha256 = parseSha256(ref.uri.slice(casPrefix.length));
    return `${this.#bucket.prefix}${sha256.slice(0, 2)}/${sha256.slice(2)}`;
  }

  /**
   * Whether the blob is there and is what its name says, so that storing a damaged blob again mends it: by the sha256 that the store has of it,
   * else by its bytes.
   */
  async #holds(ref: BlobRef, signal: AbortSignal | undefined): Promise<boolean> {
    const target = { Bucket: this.#bucket.name, Key: this.#keyOf(ref) };
    try {
      const head = await ask(this.#bucket, 'look for a blob', signal, (client, options) =>
        client.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }), options),
      );
      if (head.ContentLength !== ref.sizeBytes) return false;
      if (head.ChecksumSHA256 === base64Of(ref)) return true;
      const { chunks } = await openS3Object(this.#bucket, target.Key, undefined, signal);
      const hash = createHash('sha256');
      for await (const chunk of chunks) hash.update(chunk);
      return hash.digest('hex') === ref.sha256;
    } catch (error) {
      if (error instanceof Failure && isMissingObject(error.cause)) return false;
      throw error;
    }
  }

  /** Stores what is not there, with its sha256, which the store holds against what it got. Of several writers the first one's stays. */
  async #putOnce(ref: BlobRef, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const target = { Bucket: this.#bucket.name, Key: this.#keyOf(ref), ChecksumSHA256: base64Of(ref) };
    await this.#once(ref, signal, (condition) =>
      ask(this.#bucket, 'store a blob', signal, (client, options) =>
        client.send(new PutObjectCommand({ ...target, ...condition, Body: bytes }), options),
      ),
    );
  }

  /** Gives a complete temporary object its name, inside the store. */
  async #copyTemporary(from: string, ref: BlobRef, signal: AbortSignal | undefined): Promise<void> {
    const CopySource = [this.#bucket.name, ...from.split('/')].map(encodeURIComponent).join('/');
    const target = { Bucket: this.#bucket.name, Key: this.#keyOf(ref), CopySource, ChecksumAlgorithm: 'SHA256' } as const;
    await this.#once(ref, signal, (condition) =>
      ask(this.#bucket, 'name a blob', signal, (client, options) =>
        client.send(new CopyObjectCommand({ ...target, ...condition }), options),
      ),
    );
  }

  /** Writes on the condition that nothing is there. Where the server knows no conditions, or what is there is damaged, without one. */
  async #once(
    ref: BlobRef,
    signal: AbortSignal | undefined,
    write: (condition: { readonly IfNoneMatch?: string }) => Promise<unknown>,
  ): Promise<void> {
    try {
      await write({ IfNoneMatch: '*' });
    } catch (error) {
      const names = error instanceof Failure ? s3ErrorNames(error.cause) : [];
      const isTaken = names.includes('412') || names.includes('409');
      if (!isTaken && !names.includes('501')) throw error;
      if (!isTaken || !(await this.#holds(ref, signal))) await write({});
    }
  }

  async #delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket.name, Key: key });
    await ask(this.#bucket, 'remove a blob', undefined, (client) => client.send(command));
  }
}

/** The hash as S3 writes it. */
function base64Of(ref: BlobRef): string {
  return Buffer.from(ref.sha256, 'hex').toString('base64');
}

function checkSize(sizeBytes: number): void {
  if (sizeBytes > maxBlobBytes) throw invalid(`a blob has at most ${String(maxBlobBytes)} bytes in S3, found ${String(sizeBytes)} or more`);
}
