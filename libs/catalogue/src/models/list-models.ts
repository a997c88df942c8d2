import type { Database } from '../database/connect.ts';
import { createdKey, earlierThan, mapPage, readPage } from '../database/read-page.ts';
import { Prisma } from '../gen/client.ts';
import type { ModelVersionRecord, Page, PageRequest } from '../records.ts';
import { readModels } from './read-models.ts';
import { toModel } from './to-model.ts';

/** The newest first. */
export async function listModels(db: Database, page: PageRequest): Promise<Page<ModelVersionRecord>> {
  const found = await readPage(page, {
    name: 'models',
    key: createdKey,
    read: (after, limit) => readModels(db, earlierThan(after, Prisma.sql`m.`), limit),
    keyOf: (row) => ({ createdAt: row.createdAt.toISOString(), id: row.id }),
  });
  return mapPage(found, toModel);
}
