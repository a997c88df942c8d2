import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import type { ImageRecord, Page, PageRequest } from '../records.ts';
import { toImage } from './to-image.ts';

const nameKey = z.object({ name: z.string(), variant: z.number(), id: z.uuid() });

/** By name, then variant; UNKNOWN ones are named by their hash. */
export async function listImages(db: Database, page: PageRequest): Promise<Page<ImageRecord>> {
  const found = await readPage(page, {
    name: 'images',
    key: nameKey,
    read: (after, take) =>
      db.image.findMany({
        where: after === undefined ? {} : { name: { gte: after.name }, OR: laterThan(after) },
        orderBy: [{ name: 'asc' }, { variant: 'asc' }, { id: 'asc' }],
        include: { view: true },
        take,
      }),
    keyOf: ({ name, variant, id }) => ({ name, variant, id }),
  });
  return mapPage(found, toImage);
}

function laterThan({ name, variant, id }: z.infer<typeof nameKey>) {
  return [{ name: { gt: name } }, { name, variant: { gt: variant } }, { name, variant, id: { gt: id } }];
}
