import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import type { TestDatabase } from '@mammoline/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import pg from 'pg';
import { openCatalogue, type Catalogue } from '../index.ts';

let database: TestDatabase;
let catalogue: Catalogue;
beforeAll(async () => {
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
});
const runSql = async (...statements: readonly string[]): Promise<void> => {
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  for (const statement of statements) await sql.query(statement);
  await sql.end();
};
afterEach(() => runSql('TRUNCATE "PatientNaming"'));
afterAll(async () => {
  await catalogue.close();
  await database.drop();
});

const claim = (fingerprint: string | undefined): Promise<void> => catalogue.transaction((tx) => tx.claimPatientNaming(fingerprint));

it.each([
  ['one key', 'another key', 'one-key', 'another-key'],
  ['a key', 'none', 'one-key', undefined],
  ['no key', 'one', undefined, 'one-key'],
] as const)('a catalogue that was begun with %s is not gone on with by %s', async (_, __, first, second) => {
  await claim(first);
  await claim(first);
  await expect(claim(second)).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringMatching(/^this catalogue was begun .*: one patient would have two names/) as unknown,
  });
});

it('of two that begin it at once, one decides', async () => {
  const settled = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => claim(`${name}-key`)));
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('a catalogue from before that holds a patient was begun without a key, an empty one was not begun', async () => {
  const folder = join(import.meta.dirname, '../../../../prisma/migrations/20261127193100_deidentification');
  const upgrade = /^INSERT .*$/m.exec(await readFile(join(folder, 'migration.sql'), 'utf8'))?.[0] ?? expect.unreachable();
  await runSql(upgrade);
  await claim('one-key');
  await runSql('TRUNCATE "PatientNaming"', `INSERT INTO "Patient" (code) VALUES ('P_00001')`, upgrade);
  await expect(claim('one-key')).rejects.toThrow(/begun without de-identification/);
  await claim(undefined);
});

it('lists what was done to each file, the first record of a content', async () => {
  const record = (text: string, kept: number) => ({
    sha256: sha256Of(Buffer.from(text)),
    sourcePath: text,
    burnedIn: 'unstated',
    kept,
    changes: [{ tag: '(0010,0010)', name: "Patient's Name", done: 'emptied', times: 2 }],
  });
  await catalogue.transaction((tx) => tx.saveDeidentifications([record('a', 1), record('b', 2)]));
  await catalogue.transaction((tx) => tx.saveDeidentifications([record('a', 3)]));
  const first = await catalogue.listDeidentifications({ pageSize: 1, pageToken: undefined });
  const second = await catalogue.listDeidentifications({ pageSize: 1, pageToken: first.nextPageToken });
  expect(second.nextPageToken).toBeUndefined();
  const byPath = [...first.rows, ...second.rows].sort((a, b) => (a.sourcePath < b.sourcePath ? -1 : 1));
  expect(byPath).toEqual([record('a', 1), record('b', 2)]);
});
