import type { ModelAlias } from '@mammoline/kernel';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import type { ModelMoveRecord, Page, PageRequest } from '../records.ts';
import { toModelMove } from './to-model-move.ts';

const key = z.object({ position: z.string().regex(/^\d+$/) });

/** The latest first. */
export async function listModelMoves(db: Database, alias: ModelAlias | undefined, page: PageRequest): Promise<Page<ModelMoveRecord>> {
  const found = await readPage(page, {
    name: 'model-moves',
    key,
    read: (after, take) =>
      db.modelMove.findMany({
        where: {
          ...(alias === undefined ? {} : { alias }),
          ...(after === undefined ? {} : { position: { lt: BigInt(after.position) } }),
        },
        orderBy: { position: 'desc' },
        take,
      }),
    keyOf: ({ position }) => ({ position: String(position) }),
  });
  return mapPage(found, toModelMove);
}
