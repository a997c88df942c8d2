import type { Uuid } from '@mammoline/kernel';
import { toBlobRef } from '../database/columns.ts';
import type { Database } from '../database/connect.ts';
import type { ModelCardRecord } from '../records.ts';

export async function modelCard(db: Database, modelVersionId: Uuid): Promise<ModelCardRecord | undefined> {
  const row = await db.modelCard.findUnique({ where: { modelVersionId } });
  if (row === null) return undefined;
  return {
    markdown: toBlobRef({ sha256: row.markdownSha256, sizeBytes: row.markdownSizeBytes, uri: row.markdownUri }),
    html: toBlobRef({ sha256: row.htmlSha256, sizeBytes: row.htmlSizeBytes, uri: row.htmlUri }),
  };
}
