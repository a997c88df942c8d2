import type { Database } from '../database/connect.ts';
import { createdKey, laterThan, mapPage, readPage } from '../database/read-page.ts';
import type { DeadLetterRecord, Page, PageRequest } from '../records.ts';
import { toDeadLetter } from './to-dead-letter.ts';

/** The oldest first, replayed ones too. */
export async function deadLetters(db: Database, page: PageRequest): Promise<Page<DeadLetterRecord>> {
  const found = await readPage(page, {
    name: 'dead-letters',
    key: createdKey,
    read: (after, take) =>
      db.deadLetter.findMany({
        where: after === undefined ? {} : laterThan(after),
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take,
      }),
    keyOf: (row) => ({ createdAt: row.createdAt.toISOString(), id: row.id }),
  });
  return mapPage(found, toDeadLetter);
}
