import { createHash } from 'node:crypto';
import { dicomReceived, outgoing, dicomRejected } from '@mammoline/contracts';
import type { BlobRef, RejectionReason } from '@mammoline/contracts';
import { firstHeadBytes, inspectDicom, pseudonymisePath, tooLarge } from '@mammoline/dicom';
import type { DeidentificationReport, DicomLimits, DicomRefusal, NeedsMoreBytes } from '@mammoline/dicom';
import { deriveUuid, parseSha256 } from '@mammoline/kernel';
import type { Sha256, Uuid } from '@mammoline/kernel';
import { hiddenDetail } from '../deidentify/hidden-detail.ts';
import { storeDeidentified } from '../deidentify/store-deidentified.ts';
import type { IngestPorts } from '../ingest-ports.ts';

/** What became of an upload. */
export type UploadResult =
  | { readonly outcome: 'STORED' | 'DUPLICATE'; readonly blob: BlobRef }
  | { readonly outcome: 'REJECTED'; readonly reason: RejectionReason; readonly detail: string };

/** An upload is no file of ours. */
const noTimes = { modifiedMs: 0, inode: undefined } as const;

interface Refusal {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** Ends the storing of a stream that turns out to be no DICOM file. */
class Refused extends Error {
  readonly refusal: Refusal;
  readonly sha256: Sha256;
  readonly sizeBytes: number;

  constructor(refusal: Refusal, sha256: Sha256, sizeBytes: number) {
    super(refusal.detail);
    this.refusal = refusal;
    this.sha256 = sha256;
    this.sizeBytes = sizeBytes;
  }
}

/**
 * Stores a file that comes in chunks, of any size, straight to the blob store; what is no whole DICOM file never becomes a blob. One that is to be de-identified is gathered in memory
 * first, and nothing of what came is kept but what is left of it then.
 * @param fileName the sender's name for it
 * @throws Failure invalid where the catalogue was begun under other names of patients
 */
export async function takeUpload(
  runtime: IngestPorts,
  fileName: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<UploadResult> {
  const { pseudonyms, dicomLimits: limits, blobs } = runtime;
  // Before anything is stored: a name must not come into a catalogue without any.
  await runtime.catalogue.transaction((tx) => tx.claimPatientNaming(pseudonyms?.fingerprint));
  try {
    if (pseudonyms === undefined)
      return await recordStored(runtime, fileName, { blob: await blobs.putStream(inspected(chunks, limits), signal) });
    const { bytes, sha256 } = await gather(inspected(chunks, limits), limits);
    const made = await storeDeidentified(bytes, { pseudonyms, limits, blobs, signal });
    if (made.kind === 'refused') throw new Refused(made, sha256, bytes.length);
    return await recordStored(runtime, pseudonymisePath(fileName, pseudonyms), made);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return recordRefused(runtime, fileName, error);
  }
}

/** The whole file. A file that is too large to be de-identified is refused before it is gathered. */
async function gather(
  chunks: AsyncIterable<Uint8Array>,
  limits: DicomLimits,
): Promise<{ readonly bytes: Uint8Array; readonly sha256: Sha256 }> {
  const parts: Uint8Array[] = [];
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxDecodedBytes)
      throw new Refused(
        tooLarge(sizeBytes, { ...limits, maxFileBytes: limits.maxDecodedBytes }),
        parseSha256(hash.digest('hex')),
        sizeBytes,
      );
    parts.push(chunk);
  }
  return { bytes: Buffer.concat(parts), sha256: parseSha256(hash.digest('hex')) };
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

async function recordStored(
  runtime: IngestPorts,
  fileName: string,
  { blob, report }: { readonly blob: BlobRef; readonly report?: DeidentificationReport },
): Promise<UploadResult> {
  const { importId, path } = placeOf(runtime, fileName, blob.sha256);
  const outcome = await runtime.commit(deriveUuid('upload', path), {
    write: async (tx) => {
      await tx.saveImport({ id: importId, directory: 'uploads' });
      const isNew = (await tx.saveDicomFiles([{ blob, sourcePath: fileName }])).has(blob.sha256);
      if (isNew && report !== undefined) await tx.saveDeidentifications([{ sha256: blob.sha256, sourcePath: fileName, ...report }]);
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

async function recordRefused(runtime: IngestPorts, fileName: string, { refusal, sha256, sizeBytes }: Refused): Promise<UploadResult> {
  const { pseudonyms } = runtime;
  const { sourcePath, hash, refused } =
    pseudonyms === undefined
      ? { sourcePath: fileName, hash: sha256, refused: refusal }
      : {
          sourcePath: pseudonymisePath(fileName, pseudonyms),
          hash: pseudonyms.hash('content', sha256),
          refused: { reason: refusal.reason, detail: hiddenDetail(refusal.reason, refusal.detail) },
        };
  const { reason, detail } = refused;
  const { importId, path } = placeOf(runtime, sourcePath, hash);
  await runtime.commit(deriveUuid('upload', path), {
    write: async (tx) => {
      await tx.saveImport({ id: importId, directory: 'uploads' });
      await tx.saveSourceFiles([{ path, importId, sourcePath, sizeBytes, ...noTimes, sha256: hash, outcome: 'REJECTED', reason, detail }]);
    },
    emit: () => [outgoing(dicomRejected, { sourcePath, importId, reason, detail })],
  });
  return { outcome: 'REJECTED', reason, detail };
}

/** All uploads of a day are one import. */
function placeOf(runtime: IngestPorts, fileName: string, sha256: Sha256): { readonly importId: Uuid; readonly path: string } {
  const day = new Date(runtime.clock.nowMs()).toISOString().slice(0, 10);
  return { importId: deriveUuid('uploads', day), path: `upload:${fileName}:${sha256}` };
}
