import type { Database } from '../database/connect.ts';
import { createdKey, earlierThan, mapPage, readPage } from '../database/read-page.ts';
import type { ModelVersionRecord, Page, PageRequest } from '../records.ts';
import { toModel, withRunAndAliases } from './to-model.ts';

/** The newest first. */
export async function listModels(db: Database, page: PageRequest): Promise<Page<ModelVersionRecord>> {
  const found = await readPage(page, {
    name: 'models',
    key: createdKey,
    read: (after, take) =>
      db.modelVersion.findMany({
        where: after === undefined ? {} : earlierThan(after),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        include: withRunAndAliases,
        take,
      }),
    keyOf: (row) => ({ createdAt: row.createdAt.toISOString(), id: row.id }),
  });
  return mapPage(found, toModel);
}
