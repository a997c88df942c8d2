import { blobRefCodec, ingestV1 } from '@mammoline/contracts';
import { invalid, toFailure, unavailable } from '@mammoline/kernel';
import type { CallContext } from 'nice-grpc';
import type { IngestPorts } from '../ingest-ports.ts';
import { takeUpload } from './take-upload.ts';
import type { UploadResult } from './take-upload.ts';

const maxFileNameLength = 1024;

/** IngestService.Upload. @throws Failure invalid naming `header`, `header.file_name` or `part`; unavailable while the service stops. */
export async function uploadRpc(
  ports: IngestPorts,
  requests: AsyncIterable<ingestV1.UploadRequest>,
  context: CallContext,
): Promise<ingestV1.UploadResponse> {
  const signal = AbortSignal.any([context.signal, ports.stopping]);
  const parts = requests[Symbol.asyncIterator]();
  try {
    const fileName = await readFileName(parts, signal);
    return toResponse(await takeUpload(ports, fileName, readChunks(parts), signal));
  } catch (error) {
    if (ports.stopping.aborted) throw unavailable('the ingestor is stopping: upload the file again', { cause: error });
    throw error;
  }
}

async function readFileName(parts: AsyncIterator<ingestV1.UploadRequest>, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  // A sender that says nothing must not hold up the end of the service; while chunks come, the store listens to the signal.
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(toFailure(signal.reason, 'unavailable', 'the upload ended before its header'));
    });
  });
  const first = await Promise.race([parts.next(), aborted]);
  const part = first.done === true ? undefined : first.value.part;
  if (part?.$case !== 'header') {
    throw invalid(`header: the first request holds ${part?.$case ?? 'nothing'}, expected the header`, { field: 'header' });
  }
  const { fileName } = part.value;
  // Control characters would end up in logs, paths and tables.
  if (fileName.length === 0 || fileName.length > maxFileNameLength || /\p{Cc}/u.test(fileName)) {
    throw invalid(
      `header.file_name: found ${JSON.stringify(fileName.slice(0, 100))}, expected 1 to ${String(maxFileNameLength)} printable characters`,
      {
        field: 'header.file_name',
      },
    );
  }
  return fileName;
}

async function* readChunks(parts: AsyncIterator<ingestV1.UploadRequest>): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const next = await parts.next();
    if (next.done === true) return;
    const { part } = next.value;
    if (part?.$case !== 'chunk') {
      throw invalid(`part: a request after the first one holds ${part?.$case ?? 'nothing'}, expected a chunk`, { field: 'part' });
    }
    yield part.value;
  }
}

function toResponse(result: UploadResult): ingestV1.UploadResponse {
  if (result.outcome === 'REJECTED') {
    const { reason, detail } = result;
    return { outcome: ingestV1.UploadOutcome.UPLOAD_OUTCOME_REJECTED, blob: undefined, reason, detail };
  }
  const { UPLOAD_OUTCOME_STORED, UPLOAD_OUTCOME_DUPLICATE } = ingestV1.UploadOutcome;
  const outcome = result.outcome === 'STORED' ? UPLOAD_OUTCOME_STORED : UPLOAD_OUTCOME_DUPLICATE;
  return { outcome, blob: blobRefCodec.toProto(result.blob), reason: '', detail: '' };
}
