import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { referenceFile } from '@mammoline/blobs';
import type { BlobStore } from '@mammoline/blobs';
import type { BlobRef, RejectionReason } from '@mammoline/contracts';
import { readDicomHead, type DicomLimits } from '@mammoline/dicom';
import { describeError, Failure, parseSha256 } from '@mammoline/kernel';

/** By this a file that was taken before is known again without reading it. */
export interface FileStamp {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Tells a file from another that was moved into its place with its size and time; 64 bits with a sign. Undefined where there is no file. */
  readonly inode: bigint | undefined;
}

/** Of what is no file that can be opened. */
export const noStamp: FileStamp = { sizeBytes: 0, modifiedMs: 0, inode: undefined };

/** What a look at a file found. */
export type Examination =
  | { readonly kind: 'unchanged'; readonly stamp: FileStamp }
  | { readonly kind: 'accepted'; readonly stamp: FileStamp; readonly blob: BlobRef }
  | { readonly kind: 'rejected'; readonly stamp: FileStamp; readonly reason: RejectionReason; readonly detail: string };

/** Larger ones leave the processor's caches before they are hashed, smaller ones cost more calls: 1 MiB hashes at openssl's rate, 64 KiB and 4 MiB at .8 to .9 of it. */
const chunkBytes = 1 << 20;

/** The file changed under our hands. */
class ChangedWhileRead extends Error {}

/**
 * Opens a file once, tells by its content whether it is DICOM, and hashes it in the same pass; at most a header and 1 MiB in memory.
 * Whatever is wrong with the file is an answer, not an error.
 * @param isKnown asked with the file's stamp before anything is read
 * @param copyTo stores the bytes there; undefined leaves the file where it is
 * @throws Failure unavailable where the store can't be written to; the signal's reason.
 */
export async function examineFile(
  path: string,
  options: {
    readonly isKnown: (stamp: FileStamp) => boolean;
    readonly copyTo: BlobStore | undefined;
    readonly limits: DicomLimits;
    readonly signal: AbortSignal;
  },
): Promise<Examination> {
  const { isKnown, copyTo, limits, signal } = options;
  signal.throwIfAborted();
  let stamp = noStamp;
  const rejected = (reason: RejectionReason, detail: string): Examination => ({ kind: 'rejected', stamp, reason, detail });
  let file: FileHandle | undefined;
  try {
    // A link or a pipe may have taken the file's place since the folder was listed: it is not followed, and opening it does not block.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat({ bigint: true });
    if (!stat.isFile()) return rejected('unreadable', 'not a regular file');
    stamp = stampOf(stat);
    if (isKnown(stamp)) return { kind: 'unchanged', stamp };
    const reader = createHeadReader(file, stamp.sizeBytes);
    const header = await readDicomHead(reader.readHead, stamp.sizeBytes, limits);
    if (!header.ok) return rejected(header.error.reason, header.error.detail);
    const chunks = readChunks(file, reader.head(), stamp, signal);
    return {
      kind: 'accepted',
      stamp,
      blob: copyTo === undefined ? await hashWhereItIs(path, chunks) : await copyTo.putStream(chunks, signal),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    return rejected('unreadable', error instanceof ChangedWhileRead ? error.message : `can't be read: ${describeError(error)}`);
  } finally {
    await file?.close();
  }
}

function stampOf({ size, mtimeMs, ino }: BigIntStats): FileStamp {
  return { sizeBytes: Number(size), modifiedMs: Number(mtimeMs), inode: BigInt.asIntN(64, ino) };
}

/** Reads the start of a file, further each time, and keeps it: no byte is read twice. */
function createHeadReader(
  file: FileHandle,
  sizeBytes: number,
): {
  readonly readHead: (lengthBytes: number) => Promise<Uint8Array>;
  readonly head: () => Uint8Array;
} {
  let head = Buffer.alloc(0);
  const readHead = async (lengthBytes: number): Promise<Uint8Array> => {
    const longer = Buffer.alloc(Math.max(Math.min(lengthBytes, sizeBytes), head.length));
    head.copy(longer);
    let filled = head.length;
    while (filled < longer.length) {
      const { bytesRead } = await file.read(longer, filled, longer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    head = longer.subarray(0, filled);
    return head;
  };
  return { readHead, head: () => head };
}

/** The whole file, its head first. The bytes of a chunk are overwritten by the next one. */
async function* readChunks(
  file: FileHandle,
  head: Uint8Array,
  stamp: FileStamp,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  let position = head.length;
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, stamp.sizeBytes - position)));
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  const after = stampOf(await file.stat({ bigint: true }));
  if (position !== stamp.sizeBytes || after.sizeBytes !== stamp.sizeBytes || after.modifiedMs !== stamp.modifiedMs) {
    throw new ChangedWhileRead(
      `changed while it was read (${String(stamp.sizeBytes)} bytes before, ${String(after.sizeBytes)} after): import again`,
    );
  }
}

async function hashWhereItIs(path: string, chunks: AsyncIterable<Uint8Array>): Promise<BlobRef> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return referenceFile(path, parseSha256(hash.digest('hex')), sizeBytes);
}
