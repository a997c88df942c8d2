import type { BlobRef } from '@mammoline/contracts';
import { parseSha256, type Sha256 } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { storableJson } from '../database/storable-json.ts';

/**
 * Inserts contents, in one statement, and returns those that are new; of equal ones the first is taken. Of concurrent callers with the same content one
 * finds it new, after the others waited for its commit; rows go in by hash, so that two with several of them never wait for each other.
 */
export async function saveDicomFiles(
  db: Database,
  files: readonly { readonly blob: BlobRef; readonly sourcePath: string }[],
): Promise<ReadonlySet<Sha256>> {
  if (files.length === 0) return new Set();
  const firsts = new Map(files.toReversed().map(({ blob, sourcePath }) => [blob.sha256, { ...blob, sourcePath }]));
  const rows = await db.$queryRaw<readonly { sha256: string }[]>`
    INSERT INTO "DicomFile" (sha256, "sizeBytes", uri, "sourcePath")
    SELECT sha256, "sizeBytes", uri, "sourcePath"
    FROM jsonb_to_recordset(${storableJson([...firsts.values()])}::jsonb) AS e(sha256 text, "sizeBytes" bigint, uri text, "sourcePath" text)
    ORDER BY sha256
    ON CONFLICT DO NOTHING RETURNING sha256`;
  return new Set(rows.map(({ sha256 }) => parseSha256(sha256)));
}
