import type { ImportRequested } from '@mammoline/contracts';
import { done, type Stage } from '@mammoline/service';
import type { IngestPorts } from '../ingest-ports.ts';
import { importFolder } from './import-folder.ts';

/**
 * A large archive takes hours. The transports hold nothing up meanwhile, and an import that is cut off goes on where it was: what was taken is known by its
 * stamp.
 */
export const importTimeLimitMs = 24 * 3_600_000;

/** import.requested -> dicom.received for each new content, committed batch by batch; a repeat finds all of it known. */
export const takeImportRequest: Stage<ImportRequested, IngestPorts> = async ({ directory, copy }, ports, { signal }) => {
  const tree = await ports.openTree(directory);
  for await (const _totals of importFolder(ports, tree, { copy, signal })) signal.throwIfAborted();
  return done({});
};
