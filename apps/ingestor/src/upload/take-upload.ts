import { createHash } from 'node:crypto';
import { dicomReceived, outgoing, dicomRejected } from '@mammoline/contracts';
import type { BlobRef, RejectionReason } from '@mammoline/contracts';
import { firstHeadBytes, inspectDicom, tooLarge } from '@mammoline/dicom';
import type { DicomLimits, DicomRefusal, NeedsMoreBytes } from '@mammoline/dicom';
import { deriveUuid, parseSha256 } from '@mammoline/kernel';
import type { Sha256, Uuid } from '@mammoline/kernel';
import type { Runtime } from '@mammoline/service';
import type { IngestPorts } from '../ingest-ports.ts';

/** What became of an upload. */
export type UploadResult =
  | { readonly outcome: 'STORED' | 'DUPLICATE'; readonly blob: BlobRef }
  | { readonly outcome: 'REJECTED'; readonly reason: RejectionReason; readonly detail: string };

/** An upload is no file of ours. */
const noTimes = { modifiedMs: 0, inode: undefined } as const;

/** Ends the storing of a stream that turns out to be no DICOM file. */
class Refused extends Error {
  readonly refusal: DicomRefusal;
  readonly sha256: Sha256;
  readonly sizeBytes: number;

  constructor(refusal: DicomRefusal, sha256: Sha256, sizeBytes: number) {
    super(refusal.detail);
    this.refusal = refusal;
    this.sha256 = sha256;
    this.sizeBytes = sizeBytes;
  }
}

/**
 * Stores a file that comes in chunks, of any size, straight to the blob store; what is no whole DICOM file never becomes a blob.
 * @param fileName the sender's name for it
 */
export async function takeUpload(
  runtime: IngestPorts,
  fileName: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<UploadResult> {
  try {
    return await recordStored(runtime, fileName, await runtime.blobs.putStream(inspected(chunks, runtime.dicomLimits), signal));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return recordRefused(runtime, fileName, error);
  }
}

/** Passes the chunks on, keeps the head, and throws as soon as it, or in the end the whole size, shows that this is not a whole DICOM file. */
async function* inspected(chunks: AsyncIterable<Uint8Array>, limits: DicomLimits): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  // Joined only when it is looked at: what is needed doubles, so long headers are not copied again for every chunk.
  const head: Uint8Array[] = [];
  let neededBytes = firstHeadBytes;
  let isTold = false;
  let sizeBytes = 0;
  const refuse = ({ reason, detail }: DicomRefusal): never => {
    throw new Refused({ reason, detail }, parseSha256(hash.digest('hex')), sizeBytes);
  };
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxFileBytes) refuse(tooLarge(sizeBytes, limits));
    if (!isTold) {
      head.push(chunk);
      if (sizeBytes >= neededBytes) {
        // The end is not known yet: only what more bytes can't change counts.
        const result = inspectDicom(Buffer.concat(head), Number.MAX_SAFE_INTEGER, limits);
        if (result.ok) isTold = true;
        else if (isRefusal(result.error)) refuse(result.error);
        else neededBytes = result.error.neededBytes;
      }
    }
    yield chunk;
  }
  const result = inspectDicom(Buffer.concat(head), sizeBytes, limits);
  if (result.ok) return;
  refuse(isRefusal(result.error) ? result.error : { reason: 'truncated', detail: result.error.detail });
}

const isRefusal = (error: DicomRefusal | NeedsMoreBytes): error is DicomRefusal => error.reason !== 'more-bytes';

async function recordStored(runtime: Runtime, fileName: string, blob: BlobRef): Promise<UploadResult> {
  const { importId, path } = placeOf(runtime, fileName, blob.sha256);
  const outcome = await runtime.commit(deriveUuid('upload', path), {
    write: async (tx) => {
      await tx.saveImport({ id: importId, directory: 'uploads' });
      const isNew = (await tx.saveDicomFiles([{ blob, sourcePath: fileName }])).has(blob.sha256);
      const [known, kept] = isNew ? [] : await Promise.all([runtime.catalogue.sourceFile(path), runtime.catalogue.dicomFile(blob.sha256)]);
      // The bytes are in the store now: a file by reference that has vanished is whole again.
      if (kept !== undefined && kept.uri !== blob.uri && (await runtime.blobs.hasVanished(kept))) await tx.relocateDicomFile(blob);
      if (known?.outcome !== 'STORED') {
        const row = { path, importId, sourcePath: fileName, sizeBytes: blob.sizeBytes, ...noTimes, sha256: blob.sha256 };
        const why = isNew ? undefined : { reason: 'duplicate', detail: 'the same content was taken from another file before' };
        await tx.saveSourceFiles([{ ...row, outcome: isNew ? 'STORED' : 'DUPLICATE', reason: why?.reason, detail: why?.detail }]);
      }
      return isNew ? 'STORED' : 'DUPLICATE';
    },
    emit: (written) => (written === 'STORED' ? [outgoing(dicomReceived, { blob, sourcePath: fileName, importId })] : []),
  });
  return { outcome, blob };
}

async function recordRefused(runtime: Runtime, fileName: string, { refusal, sha256, sizeBytes }: Refused): Promise<UploadResult> {
  const { importId, path } = placeOf(runtime, fileName, sha256);
  await runtime.commit(deriveUuid('upload', path), {
    write: async (tx) => {
      await tx.saveImport({ id: importId, directory: 'uploads' });
      await tx.saveSourceFiles([{ path, importId, sourcePath: fileName, sizeBytes, ...noTimes, sha256, outcome: 'REJECTED', ...refusal }]);
    },
    emit: () => [outgoing(dicomRejected, { sourcePath: fileName, importId, ...refusal })],
  });
  return { outcome: 'REJECTED', ...refusal };
}

/** All uploads of a day are one import. */
function placeOf(runtime: Runtime, fileName: string, sha256: Sha256): { readonly importId: Uuid; readonly path: string } {
  const day = new Date(runtime.clock.nowMs()).toISOString().slice(0, 10);
  return { importId: deriveUuid('uploads', day), path: `upload:${fileName}:${sha256}` };
}
