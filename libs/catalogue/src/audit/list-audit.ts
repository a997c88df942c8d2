import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { readPage } from '../database/read-page.ts';
import type { AuditRecord, Page, PageRequest } from '../records.ts';

const key = z.object({ position: z.string().regex(/^\d+$/) });

/** In the order of the chain. */
export function listAudit(db: Database, page: PageRequest): Promise<Page<AuditRecord>> {
  return readPage(page, {
    name: 'audit',
    key,
    read: (after, take) =>
      db.auditEntry.findMany({
        ...(after === undefined ? {} : { where: { position: { gt: BigInt(after.position) } } }),
        orderBy: { position: 'asc' },
        take,
      }),
    keyOf: ({ position }) => ({ position: String(position) }),
  });
}
