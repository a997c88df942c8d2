import type { CatalogueReader } from '@mammoline/catalogue';
import { allPages } from './all-pages.ts';

/** Dead letters that nobody has replayed. */
export async function countDeadLetters(catalogue: Pick<CatalogueReader, 'deadLetters'>): Promise<number> {
  let count = 0;
  for await (const letter of allPages((page) => catalogue.deadLetters(page))) if (letter.replayedAt === undefined) count += 1;
  return count;
}
