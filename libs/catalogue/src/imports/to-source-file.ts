import { parseSha256, parseUuid } from '@mammoline/kernel';
import { orUndefined } from '../database/columns.ts';
import type { SourceFile } from '../gen/client.ts';
import type { SourceFileRecord } from '../records.ts';

export function toSourceFile(row: SourceFile): SourceFileRecord {
  return {
    path: row.path,
    importId: parseUuid(row.importId),
    sourcePath: row.sourcePath,
    sizeBytes: Number(row.sizeBytes),
    modifiedMs: Number(row.modifiedMs),
    inode: orUndefined(row.inode),
    sha256: row.sha256 === null ? undefined : parseSha256(row.sha256),
    outcome: row.outcome,
    reason: orUndefined(row.reason),
    detail: orUndefined(row.detail),
  };
}
