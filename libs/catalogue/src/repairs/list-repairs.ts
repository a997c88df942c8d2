import { parseUuid } from '@mammoline/kernel';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import type { Page, PageRequest, RepairRecord } from '../records.ts';

/** By kind, then subject. */
export async function listRepairs(db: Database, kind: string | undefined, page: PageRequest): Promise<Page<RepairRecord>> {
  const found = await readPage(page, {
    name: 'repairs',
    key: z.object({ kind: z.string(), subject: z.string() }),
    read: (after, take) =>
      db.repair.findMany({
        where: {
          ...(kind === undefined ? {} : { kind }),
          ...(after === undefined ? {} : { OR: [{ kind: { gt: after.kind } }, { kind: after.kind, subject: { gt: after.subject } }] }),
        },
        orderBy: [{ kind: 'asc' }, { subject: 'asc' }],
        take,
      }),
    keyOf: (row) => ({ kind: row.kind, subject: row.subject }),
  });
  return mapPage(found, (row) => ({ ...row, id: parseUuid(row.id) }));
}
