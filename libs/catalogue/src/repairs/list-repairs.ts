import { parseUuid } from '@mammoline/kernel';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import { Prisma } from '../gen/client.ts';
import type { Repair } from '../gen/client.ts';
import type { Page, PageRequest, RepairRecord } from '../records.ts';

const key = z.object({ kind: z.string(), subject: z.string() });

/** By kind, then subject. One comparison of both, which the index answers: Prisma can only say "or", which reads every row from the kind's first. */
export async function listRepairs(db: Database, kind: string | undefined, page: PageRequest): Promise<Page<RepairRecord>> {
  const found = await readPage(page, {
    name: 'repairs',
    key,
    read: (after, limit) => {
      const conditions = [
        ...(kind === undefined ? [] : [Prisma.sql`kind = ${kind}`]),
        ...(after === undefined
          ? []
          : [
              kind === undefined ? Prisma.sql`(kind, subject) > (${after.kind}, ${after.subject})` : Prisma.sql`subject > ${after.subject}`,
            ]),
        Prisma.sql`true`,
      ];
      return db.$queryRaw<readonly Repair[]>`
        SELECT id, kind, subject, was, now, "createdAt" FROM "Repair" WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY kind, subject LIMIT ${limit}`;
    },
    keyOf: (row) => ({ kind: row.kind, subject: row.subject }),
  });
  return mapPage(found, (row) => ({ ...row, id: parseUuid(row.id) }));
}
