import { realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ingestV1 } from '@mammoline/contracts';
import { describeError, invalid, unavailable } from '@mammoline/kernel';
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
  const root = await folderOf(request.directory);
  const signal = AbortSignal.any([context.signal, ports.stopping]);
  let latest: FolderImport | undefined;
  let reportedAtMs = -Infinity;
  try {
    for await (latest of importFolder(ports, root, { copy: request.copy, signal })) {
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

async function folderOf(directory: string): Promise<string> {
  const refuse = (found: string, cause?: unknown): never => {
    throw invalid(`directory: found ${found}, expected the absolute path of a folder as the ingestor sees it`, {
      field: 'directory',
      cause,
    });
  };
  if (!isAbsolute(directory) || directory.includes('\0')) return refuse(JSON.stringify(directory));
  try {
    const root = await realpath(directory);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    return refuse(`${JSON.stringify(directory)}, which can't be opened (${describeError(error)})`, error);
  }
  return refuse(`${JSON.stringify(directory)}, which is not a folder`);
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
