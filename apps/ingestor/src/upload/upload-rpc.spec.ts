import type { ingestV1 } from '@mammoline/contracts';
import type { IngestPorts } from '../ingest-ports.ts';
import type { CallContext } from 'nice-grpc';
import { expect, test } from 'vitest';
import { uploadRpc } from './upload-rpc.ts';

test('an upload whose sender says nothing ends when the service stops', async () => {
  const stopping = new AbortController();
  const runtime = { stopping: stopping.signal } as IngestPorts;
  const silence: AsyncIterable<ingestV1.UploadRequest> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
  const upload = uploadRpc(runtime, silence, { signal: new AbortController().signal } as CallContext);
  stopping.abort(new Error('stopping'));
  await expect(upload).rejects.toMatchObject({ kind: 'unavailable' });
});
