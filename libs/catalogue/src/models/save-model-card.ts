import type { Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import type { ModelCardRecord } from '../records.ts';

/** Inserts or replaces the card of a version. */
export async function saveModelCard(db: Database, modelVersionId: Uuid, { markdown, html }: ModelCardRecord): Promise<void> {
  const row = {
    markdownSha256: markdown.sha256,
    markdownUri: markdown.uri,
    markdownSizeBytes: BigInt(markdown.sizeBytes),
    htmlSha256: html.sha256,
    htmlUri: html.uri,
    htmlSizeBytes: BigInt(html.sizeBytes),
  };
  await db.modelCard.upsert({ where: { modelVersionId }, create: { modelVersionId, ...row }, update: { ...row, madeAt: new Date() } });
}
