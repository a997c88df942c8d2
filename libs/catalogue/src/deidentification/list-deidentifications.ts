import { parseSha256 } from '@mammoline/kernel';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import type { DeidentificationRecord, Page, PageRequest } from '../records.ts';

const changes = z.array(z.object({ tag: z.string(), name: z.string(), done: z.string(), times: z.number() }));

/** By hash. */
export async function listDeidentifications(db: Database, page: PageRequest): Promise<Page<DeidentificationRecord>> {
  const found = await readPage(page, {
    name: 'deidentifications',
    key: z.string(),
    read: (after, take) =>
      db.deidentification.findMany({ where: after === undefined ? {} : { sha256: { gt: after } }, orderBy: { sha256: 'asc' }, take }),
    keyOf: (row) => row.sha256,
  });
  return mapPage(found, (row) => ({
    sha256: parseSha256(row.sha256),
    sourcePath: row.sourcePath,
    burnedIn: row.burnedIn,
    kept: row.kept,
    changes: changes.parse(row.changes),
  }));
}
