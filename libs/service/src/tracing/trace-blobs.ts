import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { BlobStore } from '@mammoline/blobs';
import type { BlobRef } from '@mammoline/contracts';
import { recordError } from './record-error.ts';
import type { Tracing } from './tracing.ts';

/** Spans for reads and writes of blobs, inside of work that has a span. A blob's hash is told, never its place: an imported file's path may name a patient. */
export function traceBlobs(tracing: Tracing, blobs: BlobStore): BlobStore {
  if (!tracing.isOn) return blobs;
  const traced = async <T>(name: string, attributes: Attributes, work: () => Promise<T>, written?: (answer: T) => BlobRef): Promise<T> => {
    if (tracing.activeSpan() === undefined) return work();
    return tracing.inSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      try {
        const answer = await work();
        if (written !== undefined) span.setAttributes(about(written(answer)));
        return answer;
      } catch (error) {
        recordError(span, error);
        throw error;
      }
    });
  };
  const itself = (ref: BlobRef): BlobRef => ref;
  return {
    put: (bytes, signal) => traced('blob put', {}, () => blobs.put(bytes, signal), itself),
    putStream: (chunks, signal) => traced('blob put', {}, () => blobs.putStream(chunks, signal), itself),
    get: (ref, signal) => traced('blob get', about(ref), () => blobs.get(ref, signal)),
    head: (ref, length, signal) => traced('blob head', about(ref), () => blobs.head(ref, length, signal)),
    remove: (ref) => traced('blob remove', about(ref), () => blobs.remove(ref)),
    localPath: (ref) => blobs.localPath(ref),
    hasVanished: (ref) => blobs.hasVanished(ref),
    ping: () => blobs.ping(),
  };
}

const about = (ref: BlobRef): Attributes => ({ 'mammoline.blob.sha256': ref.sha256, 'mammoline.blob.size': ref.sizeBytes });
