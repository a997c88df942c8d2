import type { ViewFilter } from '../catalogue.ts';
import type { Database } from '../database/connect.ts';
import type { Page, PageRequest, ViewRecord } from '../records.ts';
import { pageOfViews } from './page-of-views.ts';
import { readViews } from './read-views.ts';

/** By patient, laterality, position. Which views there are is looked up a moment before what they hold; views never go. */
export async function listViews(db: Database, filter: ViewFilter, page: PageRequest): Promise<Page<ViewRecord>> {
  const { rows, nextPageToken } = await pageOfViews(db, 'views', page, filter);
  const ids = rows.map((row) => row.id);
  return { rows: ids.length === 0 ? [] : await readViews(db, ids), nextPageToken };
}
