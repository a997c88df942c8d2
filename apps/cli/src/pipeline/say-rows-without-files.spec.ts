import { expect, test } from 'vitest';
import { sayRowsWithoutFiles } from './say-rows-without-files.ts';

async function said(...rows: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  await sayRowsWithoutFiles(
    { say: (line) => lines.push(line) },
    { rowsWithoutFiles: () => Promise.resolve({ rows, nextPageToken: undefined }) },
  );
  return lines;
}

test('nothing is said where every row has its files', async () => {
  expect(await said()).toEqual([]);
});

test('rows without files are counted, the first ones named, and where the others are', async () => {
  const see = 'see "mammoline repairs --kind row-without-files"';
  expect(await said('A_1: no MASK')).toEqual([`1 row of the tables without all files (A_1: no MASK); ${see}`]);
  expect(await said('A_1: no MASK', 'B_1: no CROP', 'C_1: no FULL', 'D_1: no MASK')).toEqual([
    `4 rows of the tables without all files (A_1: no MASK; B_1: no CROP; C_1: no FULL; ...); ${see}`,
  ]);
});
