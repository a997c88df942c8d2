import type { Database } from '../database/connect.ts';
import { storableJson } from '../database/storable-json.ts';
import type { SourceFileRecord } from '../records.ts';

/** Inserts or replaces the rows of paths, each named once, in one statement; by path, so that two callers with the same ones never wait for each other. */
export async function saveSourceFiles(db: Database, files: readonly SourceFileRecord[]): Promise<void> {
  if (files.length === 0) return;
  // File systems give fractions of a millisecond, and inodes of 64 bits without a sign.
  const rows = files.map(({ modifiedMs, inode, ...file }) => ({ ...file, modifiedMs: Math.trunc(modifiedMs), inode: inode?.toString() }));
  await db.$executeRaw`
    INSERT INTO "SourceFile" (path, "importId", "sourcePath", "sizeBytes", "modifiedMs", inode, sha256, outcome, reason, detail)
    SELECT path, "importId", "sourcePath", "sizeBytes", "modifiedMs", inode, sha256, outcome, reason, detail
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS e(path text, "importId" uuid, "sourcePath" text, "sizeBytes" bigint,
      "modifiedMs" bigint, inode bigint, sha256 text, outcome "FileOutcome", reason text, detail text)
    ORDER BY path
    ON CONFLICT (path) DO UPDATE SET "importId" = EXCLUDED."importId", "sourcePath" = EXCLUDED."sourcePath",
      "sizeBytes" = EXCLUDED."sizeBytes", "modifiedMs" = EXCLUDED."modifiedMs", inode = EXCLUDED.inode, sha256 = EXCLUDED.sha256,
      outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, detail = EXCLUDED.detail`;
}
