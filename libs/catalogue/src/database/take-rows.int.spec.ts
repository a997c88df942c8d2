import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTestDatabase } from '@mammoline/testing';
import { expect, it } from 'vitest';
import { useCatalogue } from '../spec-fixtures.ts';

const catalogue = useCatalogue(createTestDatabase);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;

it('pages that nobody holds any more go with the next collection of young objects', async () => {
  const page = { pageSize: 100, pageToken: undefined };
  await catalogue().transaction(async (tx) => {
    for (let index = 0; index < 100; index += 1)
      await tx.saveRepair({ kind: 'name-clash', subject: String(index), was: 'a'.repeat(5000), now: 'b' });
  });
  /** Tens of pages of half a megabyte. The last of each ten is still at hand when they are collected. */
  const read = async (tens: number): Promise<void> => {
    for (let index = 0; index < 10 * tens; index += 1) {
      // Not the rows: what is expected of stays with Vitest.
      const { length } = (await catalogue().listRepairs(undefined, page)).rows;
      expect(length).toBe(100);
      if (index % 10 < 9) continue;
      // What lives through two of them is among the old objects.
      collect({ type: 'minor' });
      collect({ type: 'minor' });
    }
  };
  await read(5);
  collect();
  const before = process.memoryUsage().heapUsed;
  await read(10);
  expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(15);
});
