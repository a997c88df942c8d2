import type { Page, PageRequest } from '@mammoline/catalogue';

/** All rows of a paged list, page by page. */
export async function* allPages<Row>(
  list: (page: PageRequest) => Promise<Page<Row>>,
  pageSize = 500,
): AsyncGenerator<Row, void, undefined> {
  let pageToken: string | undefined;
  do {
    const page = await list({ pageSize, pageToken });
    yield* page.rows;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** The same as an array, for lists that are known to be small. */
export async function readAllPages<Row>(list: (page: PageRequest) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of allPages(list)) rows.push(row);
  return rows;
}
