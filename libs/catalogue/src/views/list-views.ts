import type { ViewFilter } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import { readPage } from '../database/read-page.ts';
import { Prisma } from '../gen/client.ts';
import type { Page, PageRequest, ViewRecord } from '../records.ts';
import { keysOfViews, viewKeyColumns } from './page-of-views.ts';
import { readViews } from './read-views.ts';

/** By patient, laterality, position. */
export function listViews(db: Database, filter: ViewFilter, page: PageRequest): Promise<Page<ViewRecord>> {
  return readPage(page, {
    name: 'views',
    key: viewKeyColumns,
    read: (after, limit) =>
      readViews(db, Prisma.sql`(${keysOfViews(filter, after, limit)}) AS page JOIN "View" v USING ("patientCode", laterality, position)`),
    keyOf: ({ ref: { patient, laterality, position } }) => ({ patientCode: patient, laterality, position }),
  });
}
