import type { BlobStore } from '@mammoline/blobs';
import type { BlobRef, RejectionReason } from '@mammoline/contracts';
import { BurnedInAnnotation, deidentifyDicom } from '@mammoline/dicom';
import type { DeidentificationReport, DicomLimits, Pseudonyms } from '@mammoline/dicom';
import { Failure } from '@mammoline/kernel';

/** What became of a file that was to be de-identified. */
export type Deidentified =
  | { readonly kind: 'stored'; readonly blob: BlobRef; readonly report: DeidentificationReport }
  | { readonly kind: 'refused'; readonly reason: RejectionReason; readonly detail: string };

/**
 * Stores what a file is without its patient; nothing of it is stored where that can't be made.
 * @throws Failure unavailable where the store can't be written to
 */
export async function storeDeidentified(
  fileBytes: Uint8Array,
  { pseudonyms, limits, blobs, signal }: { pseudonyms: Pseudonyms; limits: DicomLimits; blobs: BlobStore; signal: AbortSignal },
): Promise<Deidentified> {
  try {
    const { parts, report } = deidentifyDicom(fileBytes, pseudonyms, limits);
    return { kind: 'stored', blob: await blobs.putStream(inTurn(parts), signal), report };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    return { kind: 'refused', reason: error instanceof BurnedInAnnotation ? 'burned-in' : 'unreadable', detail: error.message };
  }
}

async function* inTurn(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* await Promise.resolve(parts);
}
