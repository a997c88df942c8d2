import type { BlobStore } from '@mammoline/blobs';
import type { BlobRef } from '@mammoline/contracts';
import { readPixels, type DicomLimits } from '@mammoline/dicom';
import { Failure } from '@mammoline/kernel';
import { countDistinctValues } from './count-distinct-values.ts';
import type { PixelFacts } from './image-facts.ts';

/** Looks at the pixels of a file whose header does not tell what it is. Pixels that can't be decoded are a fact, not a failure. */
export async function readPixelFacts(
  blob: BlobRef,
  { blobs, dicomLimits: limits }: { readonly blobs: Pick<BlobStore, 'get'>; readonly dicomLimits: DicomLimits },
  signal: AbortSignal,
): Promise<PixelFacts> {
  const bytes = await blobs.get(blob, signal);
  try {
    return { distinctValues: countDistinctValues(readPixels(bytes, { limits }).pixels.data) };
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid') return { unreadable: error.message };
    throw error;
  }
}
