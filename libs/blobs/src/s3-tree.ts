import { createHash } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { _Object } from '@aws-sdk/client-s3';
import { describeError, Failure, invalid } from '@mammoline/kernel';
import { formatS3Address } from './s3-address.ts';
import type { S3Address } from './s3-address.ts';
import { ask, checkRegion } from './s3-bucket.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { s3ErrorNames } from './s3-failure.ts';
import { openS3Object } from './s3-object.ts';
import type { S3Object } from './s3-object.ts';
import { isInHiddenFolder, UnreadableSource } from './source-tree.ts';
import type { FileStamp, SourceEntry, SourceFile, SourceTree } from './source-tree.ts';

/** The most that S3 gives. */
const objectsPerPage = 1000;

export interface S3TreeOptions {
  readonly address: S3Address;
  readonly bucket: S3Bucket;
  /** Whether a key is one of the blob store's own: its blobs are no files to import. */
  readonly isBlob: (key: string) => boolean;
  readonly pageSize?: number;
}

/**
 * Opens what is under a prefix of a bucket. Listed page by page, each object's size, time and tag with it, so that one that is known costs no request;
 * others cost one for their first 64 KiB and, if those are DICOM and not all, one for the rest.
 * @throws Failure invalid where there is no such bucket, no region, or no right to list it; unavailable where the store is away
 */
export async function openS3Tree({ address, bucket, isBlob, pageSize = objectsPerPage }: S3TreeOptions): Promise<SourceTree> {
  const prefix = address.key === '' || address.key.endsWith('/') ? address.key : `${address.key}/`;
  await checkRegion(bucket);
  await checkBucket(bucket, prefix);

  const entryOf = (key: string): SourceEntry => ({
    path: formatS3Address({ ...address, key }),
    sourcePath: key.slice(prefix.length),
    problem: problemOf(key),
  });
  const listed = (key: string, object: _Object): SourceEntry => ({
    ...entryOf(key),
    stamp: stampOf(object.Size, object.LastModified, object.ETag),
  });
  const reasonToSkip = (key: string): string | undefined => {
    if (isBlob(key)) return 'a blob of the store';
    // As in a folder: what is hidden, and what stands for a folder itself, is not looked at.
    if (key === prefix || key.endsWith('/')) return 'a folder';
    return isInHiddenFolder(key.slice(prefix.length)) ? 'in a hidden folder' : undefined;
  };

  return {
    root: formatS3Address({ ...address, key: prefix }),
    walk: async function* (onSkipped, signal) {
      for await (const [key, object] of listObjects(bucket, { prefix, pageSize, signal })) {
        const reason = reasonToSkip(key);
        if (reason === undefined) yield listed(key, object);
        else onSkipped(key.slice(prefix.length), reason);
      }
    },
    entryOf: (sourcePath) => (reasonToSkip(prefix + sourcePath) === undefined ? entryOf(prefix + sourcePath) : undefined),
    filesIn: async (folder, signal) => {
      const inFolder = folder === '' ? prefix : `${prefix}${folder}/`;
      const entries: SourceEntry[] = [];
      for await (const [key, object] of listObjects(bucket, { prefix: inFolder, delimiter: '/', pageSize, signal })) {
        if (key !== inFolder) entries.push(listed(key, object));
      }
      return entries;
    },
    open: async (entry, signal) => {
      const key = prefix + entry.sourcePath;
      return aboutObject(bucket, prefix, signal, async () => {
        const stamp = entry.stamp ?? (await lookAt(bucket, key, signal));
        return openObject(bucket, key, stamp, signal, (work) => aboutObject(bucket, prefix, signal, work));
      });
    },
    refer: ({ path }, sha256, sizeBytes) => ({ sha256, sizeBytes, uri: path }),
  };
}

/** A slip of the pen, or a right that lacks, is told at once and named. */
async function checkBucket(bucket: S3Bucket, prefix: string, signal?: AbortSignal): Promise<void> {
  const command = new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix, MaxKeys: 1 });
  try {
    await ask(bucket, 'be listed', signal, (client, options) => client.send(command, options));
  } catch (error) {
    const names = error instanceof Failure ? s3ErrorNames(error.cause) : [];
    if (names.includes('NoSuchBucket') || names.includes('AccessDenied')) throw invalid(describeError(error), { cause: error });
    throw error;
  }
}

async function* listObjects(
  bucket: S3Bucket,
  options: { readonly prefix: string; readonly delimiter?: string; readonly pageSize: number; readonly signal: AbortSignal },
): AsyncGenerator<readonly [key: string, object: _Object], void, undefined> {
  const { prefix, delimiter, pageSize, signal } = options;
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket.name,
      Prefix: prefix,
      Delimiter: delimiter,
      MaxKeys: pageSize,
      ContinuationToken: token,
      // XML has no control characters: one key that holds some would make the whole page unreadable.
      EncodingType: 'url',
    });
    const page = await ask(bucket, 'be listed', signal, (client, send) => client.send(command, send));
    for (const object of page.Contents ?? []) {
      const { Key = '' } = object;
      yield [page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key, object];
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

function problemOf(key: string): string | undefined {
  return /\p{Cc}/u.test(key) ? 'its name holds control characters: rename it' : undefined;
}

/** Of the time whole seconds: a listing may tell it more exactly than a look at the object. */
function stampOf(sizeBytes: number | undefined, modified: Date | undefined, tag: string | undefined): FileStamp {
  const hash = createHash('sha256').update(bareTag(tag)).digest();
  return {
    sizeBytes: sizeBytes ?? 0,
    modifiedMs: Math.floor((modified?.getTime() ?? 0) / 1000) * 1000,
    inode: hash.readBigInt64BE(),
  };
}

const bareTag = (tag: string | undefined): string => (tag ?? '').replace(/^(?:W\/)?"?|"$/g, '');

async function lookAt(bucket: S3Bucket, key: string, signal: AbortSignal): Promise<FileStamp> {
  const command = new HeadObjectCommand({ Bucket: bucket.name, Key: key });
  const head = await ask(bucket, `tell of ${key}`, signal, (client, options) => client.send(command, options));
  return stampOf(head.ContentLength, head.LastModified, head.ETag);
}

type Guard = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * An error while one object is read is that object's, as long as the bucket itself answers: a right that lacks, a key of its encryption that is gone, an
 * archive it has to be called back from, a disk that can't give it. Where the bucket does not answer, all wait.
 */
async function aboutObject<T>(bucket: S3Bucket, prefix: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    await checkBucket(bucket, prefix, signal);
    throw new UnreadableSource(describeError(error), { cause: error });
  }
}

function openObject(bucket: S3Bucket, key: string, stamp: FileStamp, signal: AbortSignal, guard: Guard): SourceFile {
  let head = new Uint8Array(0);
  const begin = async (from: number, length?: number): Promise<S3Object> => {
    const object = await openS3Object(bucket, key, length === undefined ? { from } : { from, length }, signal);
    const isSame = object.totalBytes === stamp.sizeBytes && stampOf(0, undefined, object.tag).inode === stamp.inode;
    // A server that knows no ranges begins at the start again.
    const isRange = from === 0 || object.sizeBytes !== object.totalBytes;
    if (isSame && isRange) return object;
    object.close();
    if (isSame) throw new UnreadableSource('its server gives no part of an object: import it with a server that knows ranges');
    throw new UnreadableSource(
      `changed while it was read (${String(stamp.sizeBytes)} bytes before, ${String(object.totalBytes)} after): import again`,
    );
  };
  const lengthen = async (lengthBytes: number): Promise<void> => {
    if (lengthBytes <= head.length) return;
    const longer = new Uint8Array(lengthBytes);
    longer.set(head);
    let filled = head.length;
    for await (const chunk of (await begin(filled, lengthBytes - filled)).chunks) {
      const taken = chunk.subarray(0, lengthBytes - filled);
      longer.set(taken, filled);
      filled += taken.length;
      if (filled === lengthBytes) break; // A server that knows no ranges would go on to the end.
    }
    head = longer.subarray(0, filled);
  };
  return {
    stamp,
    readHead: (lengthBytes) =>
      guard(async () => {
        await lengthen(Math.min(lengthBytes, stamp.sizeBytes));
        return head;
      }),
    chunks: async function* () {
      yield head;
      if (head.length >= stamp.sizeBytes) return;
      const chunks = (await guard(() => begin(head.length))).chunks[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await guard(() => chunks.next());
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        await chunks.return?.();
      }
    },
    close: () => Promise.resolve(),
  };
}
