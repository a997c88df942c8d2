import { createHash } from 'node:crypto';
import { noStamp, UnreadableSource } from '@mammoline/blobs';
import type { BlobStore, FileStamp, SourceEntry, SourceFile, SourceTree } from '@mammoline/blobs';
import type { BlobRef, RejectionReason } from '@mammoline/contracts';
import { readDicomHead, type DeidentificationReport, type DicomLimits, type Pseudonyms } from '@mammoline/dicom';
import { describeError, Failure, parseSha256 } from '@mammoline/kernel';
import { hiddenDetail } from '../deidentify/hidden-detail.ts';
import { storeDeidentified } from '../deidentify/store-deidentified.ts';

/** What a look at a file found. */
export type Examination =
  | { readonly kind: 'unchanged'; readonly stamp: FileStamp }
  | { readonly kind: 'accepted'; readonly stamp: FileStamp; readonly blob: BlobRef; readonly report?: DeidentificationReport }
  | { readonly kind: 'rejected'; readonly stamp: FileStamp; readonly reason: RejectionReason; readonly detail: string };

/**
 * Opens a file once, tells by its content whether it is DICOM, and hashes it in the same pass; at most a header and 1 MiB in memory; the whole file where it is de-identified.
 * Whatever is wrong with the file is an answer, not an error.
 * @param isKnown asked with the file's stamp before anything is read
 * @param copyTo stores the bytes there; undefined leaves the file where it is
 * @param deidentify what is stored, and referred to, is a copy without its patient, and no answer repeats anything of the file
 * @throws Failure unavailable where the tree is away or the store can't be written to; the signal's reason.
 */
export async function examineFile(
  tree: SourceTree,
  entry: SourceEntry,
  options: {
    readonly isKnown: (stamp: FileStamp) => boolean;
    readonly copyTo: BlobStore | undefined;
    readonly deidentify?: { readonly pseudonyms: Pseudonyms; readonly blobs: BlobStore } | undefined;
    readonly limits: DicomLimits;
    readonly signal: AbortSignal;
  },
): Promise<Examination> {
  const { isKnown, copyTo, deidentify, limits, signal } = options;
  signal.throwIfAborted();
  let stamp = noStamp;
  const rejected = (reason: RejectionReason, detail: string): Examination => ({
    kind: 'rejected',
    stamp,
    reason,
    detail: deidentify === undefined ? detail : hiddenDetail(reason, detail),
  });
  if (entry.problem !== undefined) return rejected('unreadable', entry.problem);
  let file: SourceFile | undefined;
  try {
    file = await tree.open(entry, signal);
    stamp = file.stamp;
    if (isKnown(stamp)) return { kind: 'unchanged', stamp };
    const header = await readDicomHead(file.readHead, stamp.sizeBytes, limits);
    if (!header.ok) return rejected(header.error.reason, header.error.detail);
    if (deidentify !== undefined) {
      const made = await storeDeidentified(await readWhole(file), { ...deidentify, limits, signal });
      if (made.kind === 'refused') return { kind: 'rejected', stamp, reason: made.reason, detail: made.detail };
      return { kind: 'accepted', stamp, blob: made.blob, report: made.report };
    }
    const blob = copyTo === undefined ? await hashWhereItIs(tree, entry, file.chunks()) : await copyTo.putStream(file.chunks(), signal);
    return { kind: 'accepted', stamp, blob };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    const isPlain = error instanceof UnreadableSource && deidentify === undefined;
    return rejected('unreadable', isPlain ? error.message : `can't be read: ${describeError(error)}`);
  } finally {
    await file?.close();
  }
}

async function readWhole(file: SourceFile): Promise<Uint8Array> {
  // The bytes of a chunk are overwritten by the next.
  const bytes = Buffer.alloc(file.stamp.sizeBytes);
  let filled = 0;
  for await (const chunk of file.chunks()) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes.subarray(0, filled);
}

async function hashWhereItIs(tree: SourceTree, entry: SourceEntry, chunks: AsyncIterable<Uint8Array>): Promise<BlobRef> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return tree.refer(entry, parseSha256(hash.digest('hex')), sizeBytes);
}
