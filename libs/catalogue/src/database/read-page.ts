import { invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { Prisma } from '../gen/client.ts';
import type { Page, PageRequest } from '../records.ts';
import { takeRows } from './take-rows.ts';

/** A list in an order given by a key that no two rows share. */
export interface OrderedList<Key, Row> {
  /** Goes into the token: a token of one list is refused by another. */
  readonly name: string;
  /** Made once, not at each call: a schema compiles itself when it is first used. */
  readonly key: z.ZodType<Key>;
  /** At most `limit` rows after the key, in order; the array is emptied. */
  readonly read: (after: Key | undefined, limit: number) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => Key;
}

/** The key of a list in the order of creation. */
export const createdKey = z.object({ createdAt: z.string(), id: z.uuid() });
export type CreatedKey = z.infer<typeof createdKey>;

/**
 * Prisma's condition for what follows a key, from the oldest. The bound on the time alone is what an index can use: Postgres makes none of the "or".
 */
export const laterThan = ({ createdAt, id }: CreatedKey) => ({
  createdAt: { gte: createdAt },
  OR: [{ createdAt: { gt: createdAt } }, { id: { gt: id } }],
});

/** The condition for what follows a key, from the newest: one comparison of both columns, which an index answers; none for the first page. */
export const earlierThan = (after: CreatedKey | undefined, table = Prisma.empty): readonly Prisma.Sql[] =>
  after === undefined ? [] : [Prisma.sql`(${table}"createdAt", ${table}id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`];

const largestPage = 1000;

const tokenContent = z.object({ list: z.string(), key: z.unknown() });

/**
 * Reads a page after the key that the token holds, so that rows which come or go in between neither repeat nor hide others.
 * @throws Failure invalid, naming the field, for a size out of range or a token of another list
 */
export async function readPage<Key, Row>(request: PageRequest, list: OrderedList<Key, Row>): Promise<Page<Row>> {
  const { pageSize, pageToken } = request;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > largestPage) {
    throw invalid(`page_size: found ${String(pageSize)}, expected 1 to ${String(largestPage)}`, { field: 'page_size' });
  }
  const after = pageToken === undefined ? undefined : parseToken(pageToken, list);
  const rows = takeRows(await list.read(after, pageSize + 1));
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
  const nextPageToken =
    last === undefined ? undefined : Buffer.from(JSON.stringify({ list: list.name, key: list.keyOf(last) })).toString('base64url');
  return { rows: rows.slice(0, pageSize), nextPageToken };
}

function parseToken<Key, Row>(token: string, list: OrderedList<Key, Row>): Key {
  try {
    const content = tokenContent.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    if (content.list !== list.name) throw invalid(`a token of the list ${content.list}, expected one of ${list.name}`);
    return list.key.parse(content.key);
  } catch (error) {
    throw invalid(`page_token: found ${JSON.stringify(token)}, expected the next_page_token of an earlier page of this list`, {
      field: 'page_token',
      cause: error,
    });
  }
}

/** The rows of a page as records. */
export function mapPage<Row, Record>(page: Page<Row>, toRecord: (row: Row) => Record): Page<Record> {
  return { rows: page.rows.map(toRecord), nextPageToken: page.nextPageToken };
}
