import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { mapPage, readPage } from '../database/read-page.ts';
import type { FileOutcome, Page, PageRequest, SourceFileRecord } from '../records.ts';
import { toSourceFile } from './to-source-file.ts';

const key = z.string();

/** By path. */
export async function listSourceFiles(db: Database, outcome: FileOutcome | undefined, page: PageRequest): Promise<Page<SourceFileRecord>> {
  const found = await readPage(page, {
    name: 'source-files',
    key,
    read: (after, take) =>
      db.sourceFile.findMany({
        where: { ...(outcome === undefined ? {} : { outcome }), ...(after === undefined ? {} : { path: { gt: after } }) },
        orderBy: { path: 'asc' },
        take,
      }),
    keyOf: (row) => row.path,
  });
  return mapPage(found, toSourceFile);
}
