import type { SourceTree } from '@mammoline/blobs';
import type { ingestV1 } from '@mammoline/contracts';
import { Failure, invalid, unavailable } from '@mammoline/kernel';
import type { CallContext } from 'nice-grpc';
import type { IngestPorts } from '../ingest-ports.ts';
import { importFolder } from './import-folder.ts';
import type { FolderImport } from './import-folder.ts';

/** At most four reports a second. */
const reportIntervalMs = 250;

/** IngestService.ImportFolder. @throws Failure invalid naming `directory`; unavailable while the service stops. */
export async function* importFolderRpc(
  ports: IngestPorts,
  request: ingestV1.ImportFolderRequest,
  context: CallContext,
): AsyncGenerator<ingestV1.ImportFolderResponse, void, undefined> {
  const tree = await openTree(ports, request.directory);
  const signal = AbortSignal.any([context.signal, ports.stopping]);
  let latest: FolderImport | undefined;
  let reportedAtMs = -Infinity;
  try {
    for await (latest of importFolder(ports, tree, { copy: request.copy, signal })) {
      const nowMs = ports.clock.nowMs();
      if (nowMs - reportedAtMs < reportIntervalMs) continue;
      reportedAtMs = nowMs;
      yield toResponse(latest, false);
    }
  } catch (error) {
    if (ports.stopping.aborted)
      throw unavailable('the ingestor is stopping: import the folder again, what was taken is kept', { cause: error });
    throw error;
  }
  if (latest !== undefined) yield toResponse(latest, true);
}

async function openTree(ports: IngestPorts, directory: string): Promise<SourceTree> {
  try {
    return await ports.openTree(directory);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    throw invalid(`directory: ${error.message}`, { field: 'directory', cause: error });
  }
}

function toResponse({ importId, totals }: FolderImport, finished: boolean): ingestV1.ImportFolderResponse {
  return {
    importId,
    found: BigInt(totals.found),
    stored: BigInt(totals.stored),
    duplicates: BigInt(totals.duplicates),
    rejected: BigInt(totals.rejected),
    bytesRead: BigInt(totals.bytesRead),
    unchanged: BigInt(totals.unchanged),
    finished,
  };
}
