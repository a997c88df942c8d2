import { spawnSync } from 'node:child_process';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openCatalogue } from '@mammoline/catalogue';
import type { Catalogue } from '@mammoline/catalogue';
import { dicomReceived, dicomRejected, ingestV1 } from '@mammoline/contracts';
import { sha256Of } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import type { TestDatabase } from '@mammoline/testing';
import { ClientError, Status } from 'nice-grpc';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicomBytes } from './spec-support/dicom-bytes.ts';
import { startIngestor } from './spec-support/start-ingestor.ts';
import type { RunningIngestor } from './spec-support/start-ingestor.ts';

let directory: string;
let tree: string;
let database: TestDatabase;
let catalogue: Catalogue;
let sql: pg.Client;
let ingestor: RunningIngestor;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingestor-'));
  tree = join(directory, 'tree');
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  ingestor = await startIngestor(database.url, directory);
});

beforeEach(async () => {
  await mkdir(tree);
});

afterEach(async () => {
  await rm(tree, { recursive: true, force: true });
  await sql.query('TRUNCATE "ImportRun", "SourceFile", "DicomFile", "Outbox"');
  for (const path of await blobPaths()) await rm(path);
});

afterAll(async () => {
  await ingestor.stop();
  await sql.end();
  await catalogue.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

async function blobPaths(): Promise<string[]> {
  const entries = await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(tree, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function importTree(copy = false, root = tree): Promise<ingestV1.ImportFolderResponse> {
  let last: ingestV1.ImportFolderResponse | undefined;
  for await (const response of ingestor.client.importFolder({ directory: root, copy })) {
    expect(response.found).toBe(response.stored + response.duplicates + response.rejected);
    last = response;
  }
  if (last === undefined) throw new Error('the import reported nothing');
  expect(last.finished).toBe(true);
  return last;
}

/** Source path and outcome of every file that is on record. */
async function recorded(): Promise<Record<string, string>> {
  const { rows } = await catalogue.listSourceFiles(undefined, { pageSize: 1000, pageToken: undefined });
  return Object.fromEntries(rows.map((row) => [row.sourcePath, row.outcome === 'REJECTED' ? `REJECTED ${row.reason ?? ''}` : row.outcome]));
}

interface Announced {
  readonly received: readonly string[];
  readonly rejected: readonly string[];
}

/** What was announced, in the order of the outbox. */
async function announced(): Promise<Announced> {
  const { rows } = await sql.query<{ topic: string; payload: Buffer }>('SELECT topic, payload FROM "Outbox" ORDER BY position');
  const of = (topic: string): Buffer[] => rows.filter((row) => row.topic === topic).map((row) => row.payload);
  return {
    received: of(dicomReceived.topic).map((payload) => dicomReceived.decode(payload).blob.sha256),
    rejected: of(dicomRejected.topic)
      .map((payload) => dicomRejected.decode(payload))
      .map(({ sourcePath, reason }) => `${sourcePath}: ${reason}`),
  };
}

const counts = ({ found, stored, duplicates, rejected, unchanged }: ingestV1.ImportFolderResponse): Record<string, bigint> => ({
  found,
  stored,
  duplicates,
  rejected,
  unchanged,
});

describe('ImportFolder', () => {
  async function makeBadTree(): Promise<void> {
    await put('b/one.dcm', dicomBytes(1));
    await put('a/no extension', dicomBytes(2));
    await put('a/looks like a table.csv', dicomBytes(3));
    await put('c/again.dcm', dicomBytes(1));
    await put('empty.dcm', '');
    await put('text.dcm', 'this is no DICOM file, whatever its name says');
    await truncate(await put('cut.dcm', dicomBytes(4, 64, 64)), 4000);
    await truncate(await put('cut header.dcm', dicomBytes(5)), 140);
    await put('csv/mass.csv', 'patient_id\n');
    await put('truth.json', '{}');
    await put('notes.txt', '');
    await put('.hidden', 'x');
    await put('.git/config.dcm', dicomBytes(6));
    await symlink('nowhere', join(tree, 'dangling.dcm'));
    await symlink(tmpdir(), join(tree, 'out'));
    await symlink('b/one.dcm', join(tree, 'inner link.dcm'));
    await symlink('..', join(tree, 'b', 'cycle'));
    expect(spawnSync('mkfifo', [join(tree, 'pipe.dcm')]).status).toBe(0);
    await writeFile(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0x62, 0xff, 0x2e, 0x64])]), 'x');
  }
  const badTree = {
    'a/looks like a table.csv': 'STORED',
    'a/no extension': 'STORED',
    'b/one.dcm': 'STORED',
    'b\\xff.d': 'REJECTED unreadable',
    'c/again.dcm': 'DUPLICATE',
    'cut header.dcm': 'REJECTED truncated',
    'cut.dcm': 'REJECTED truncated',
    'dangling.dcm': 'REJECTED unreadable',
    'empty.dcm': 'REJECTED empty',
    out: 'REJECTED unreadable',
    'pipe.dcm': 'REJECTED unreadable',
    'text.dcm': 'REJECTED not-dicom',
  };
  const badCounts = { found: 12n, stored: 3n, duplicates: 1n, rejected: 8n };

  it('accounts for every file, announces each content once and each refusal with its reason', async () => {
    await makeBadTree();
    expect(counts(await importTree())).toEqual({ ...badCounts, unchanged: 0n });
    expect(await recorded()).toEqual(badTree);
    const events = await announced();
    // In the order of the walk: a, b, c.
    expect(events.received).toEqual([dicomBytes(3), dicomBytes(2), dicomBytes(1)].map(sha256Of));
    expect([...events.rejected].sort()).toEqual(
      Object.entries(badTree)
        .filter(([, outcome]) => outcome.startsWith('REJECTED'))
        .map(([path, outcome]) => `${path}: ${outcome.slice('REJECTED '.length)}`)
        .sort(),
    );
    const ref = await catalogue.dicomFile(sha256Of(dicomBytes(1)));
    expect(ref?.uri).toBe(`file://${join(tree, 'b/one.dcm')}`);
    expect(await catalogue.importTotals()).toEqual({ found: 12, stored: 3, duplicates: 1, rejected: 8 });
  });

  it('is a no-op the second time: nothing is read, nothing announced, the totals are the same', async () => {
    await makeBadTree();
    await importTree();
    const before = [await announced(), await recorded()];
    const again = await importTree();
    expect(counts(again)).toEqual({ ...badCounts, unchanged: 12n });
    expect(again.bytesRead).toBe(0n);
    expect([await announced(), await recorded()]).toEqual(before);
  });

  it('takes a changed file as new, keeps a touched one, retries an unreadable one, and keeps the record of one that vanished', async () => {
    const changed = await put('changed.dcm', dicomBytes(1));
    const touched = await put('touched.dcm', dicomBytes(2));
    await put('vanishing.dcm', dicomBytes(3));
    await symlink('later.dcm', join(tree, 'unreadable.dcm'));
    await importTree();
    await writeFile(changed, dicomBytes(4));
    await utimes(touched, new Date(1_700_000_000_000), new Date(1_700_000_000_000));
    await rm(join(tree, 'vanishing.dcm'));
    await unlink(join(tree, 'unreadable.dcm'));
    await put('unreadable.dcm', dicomBytes(5));
    expect(counts(await importTree())).toEqual({ found: 3n, stored: 3n, duplicates: 0n, rejected: 0n, unchanged: 1n });
    expect((await announced()).received).toEqual([1, 2, 3, 4, 5].map((seed) => sha256Of(dicomBytes(seed))));
    expect(await recorded()).toEqual({
      'changed.dcm': 'STORED',
      'touched.dcm': 'STORED',
      'vanishing.dcm': 'STORED',
      'unreadable.dcm': 'STORED',
    });
  });

  it('knows a file by path, size, time and inode: reads one that was moved into the place of another, whatever its size and time', async () => {
    const time = new Date(1_700_000_000_000);
    const path = await put('a.dcm', dicomBytes(1));
    await utimes(path, time, time);
    await importTree();
    expect(await importTree()).toMatchObject({ unchanged: 1n, bytesRead: 0n });
    const other = await put('b.dcm', dicomBytes(2));
    await utimes(other, time, time);
    await rename(other, path);
    expect(await importTree()).toMatchObject({ unchanged: 0n, stored: 1n, bytesRead: BigInt(dicomBytes(2).length) });
    expect((await announced()).received).toEqual([1, 2].map((seed) => sha256Of(dicomBytes(seed))));
    // Records of before inodes were kept stay good.
    await sql.query('UPDATE "SourceFile" SET inode = NULL');
    expect(await importTree()).toMatchObject({ unchanged: 1n, bytesRead: 0n });
  });

  it('refers to a duplicate where the original has vanished', async () => {
    const original = await put('a.dcm', dicomBytes(1));
    const duplicate = await put('b.dcm', dicomBytes(1));
    await importTree();
    await rename(original, join(directory, 'gone.dcm'));
    await importTree();
    expect((await catalogue.dicomFile(sha256Of(dicomBytes(1))))?.uri).toBe(`file://${duplicate}`);
    const moved = join(directory, 'moved');
    await rename(tree, moved);
    expect(counts(await importTree(false, moved))).toMatchObject({ found: 1n, stored: 0n, duplicates: 1n });
    expect((await catalogue.dicomFile(sha256Of(dicomBytes(1))))?.uri).toBe(`file://${join(moved, 'b.dcm')}`);
    await rm(moved, { recursive: true });
    await rm(join(directory, 'gone.dcm'));
    expect((await announced()).received).toHaveLength(1);
  });

  it('copies into the store when asked, and lets no refused file become a blob', async () => {
    const path = await put('one.dcm', dicomBytes(1, 700, 900));
    await put('text.dcm', 'text');
    expect(counts(await importTree(true))).toMatchObject({ stored: 1n, rejected: 1n });
    const sha256 = sha256Of(dicomBytes(1, 700, 900));
    expect((await catalogue.dicomFile(sha256))?.uri).toBe(`cas:${sha256}`);
    const copy = join(directory, 'blobs', sha256.slice(0, 2), sha256.slice(2));
    expect((await readFile(copy)).equals(await readFile(path))).toBe(true);
  });

  it('announces each content exactly once when it is killed in the middle and the import is repeated', async () => {
    const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const seed of seeds) await put(`${String(seed % 7)}/${String(seed)}.dcm`, dicomBytes(seed));
    for (const seed of [5, 50, 150])
      await copyFile(join(tree, String(seed % 7), `${String(seed)}.dcm`), join(tree, `z${String(seed)}.dcm`));
    let foundBefore = 0n;
    await expect(
      (async () => {
        for await (const { found } of ingestor.client.importFolder({ directory: tree })) {
          foundBefore = found;
          await ingestor.kill();
        }
      })(),
    ).rejects.toBeInstanceOf(ClientError);
    expect(foundBefore).toBeGreaterThan(0n);
    expect(foundBefore).toBeLessThan(203n);
    const onRecord = await recorded();
    const all = (await readdir(tree, { recursive: true })).filter((name) => name.endsWith('.dcm'));
    const sizes = await Promise.all(all.map(async (name) => (onRecord[name] === undefined ? (await stat(join(tree, name))).size : 0)));
    const bytesNotRecorded = sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    ingestor = await startIngestor(database.url, directory);
    const last = await importTree();
    expect(counts(last)).toMatchObject({ found: 203n, stored: 200n, duplicates: 3n, rejected: 0n });
    expect(last.unchanged).toBeGreaterThanOrEqual(foundBefore);
    expect(last.bytesRead).toBe(BigInt(bytesNotRecorded));
    expect([...(await announced()).received].sort()).toEqual(seeds.map((seed) => sha256Of(dicomBytes(seed))).sort());
  });

  it('gives two imports of one folder at the same time the same account', async () => {
    for (let seed = 1; seed <= 60; seed++) await put(`${String(seed)}.dcm`, dicomBytes(1 + (seed % 40)));
    const both = await Promise.all([importTree(), importTree()]);
    for (const one of both) expect(counts(one)).toMatchObject({ found: 60n, stored: 40n, duplicates: 20n });
    expect(new Set((await announced()).received).size).toBe(40);
    expect((await announced()).received).toHaveLength(40);
  });

  it('stops when the client goes away, and goes on at the next call', async () => {
    for (let seed = 1; seed <= 300; seed++) await put(`${String(seed)}.dcm`, dicomBytes(seed));
    const abort = new AbortController();
    await expect(
      (async () => {
        for await (const _response of ingestor.client.importFolder({ directory: tree }, { signal: abort.signal })) abort.abort();
      })(),
    ).rejects.toThrow();
    const settled = async (): Promise<number> => {
      const { found } = await catalogue.importTotals();
      await new Promise((resolve) => setTimeout(resolve, 400));
      return (await catalogue.importTotals()).found === found ? found : settled();
    };
    expect(await settled()).toBeLessThan(300);
    expect(counts(await importTree())).toMatchObject({ found: 300n, stored: 300n });
  });

  it.each(['relative/path', '', '/does/not/exist'])('refuses the directory %j and names the field', async (wrong) => {
    await expectRefusal(importTree(false, wrong), 'directory');
  });

  it('refuses a file as a directory', async () => {
    await expectRefusal(importTree(false, await put('file.dcm', dicomBytes(1))), 'directory');
  });

  it('imports an empty folder', async () => {
    expect(counts(await importTree())).toEqual({ found: 0n, stored: 0n, duplicates: 0n, rejected: 0n, unchanged: 0n });
  });
});

describe('Upload', () => {
  const upload = (fileName: string, bytes: Uint8Array, chunkBytes = 1 << 20): Promise<ingestV1.UploadResponse> =>
    ingestor.client.upload(requests(fileName, bytes, chunkBytes));

  async function* requests(fileName: string, bytes: Uint8Array, chunkBytes: number): AsyncGenerator<ingestV1.UploadRequest> {
    yield await Promise.resolve<ingestV1.UploadRequest>({ part: { $case: 'header', value: { fileName } } });
    for (let at = 0; at < bytes.length; at += chunkBytes) yield { part: { $case: 'chunk', value: bytes.subarray(at, at + chunkBytes) } };
  }

  const { UPLOAD_OUTCOME_STORED, UPLOAD_OUTCOME_DUPLICATE, UPLOAD_OUTCOME_REJECTED } = ingestV1.UploadOutcome;

  it('stores a file larger than a message, once', async () => {
    const bytes = dicomBytes(1, 2500, 1800);
    expect(bytes.length).toBeGreaterThan(8 << 20);
    const first = await upload('large.dcm', bytes);
    expect(first).toMatchObject({ outcome: UPLOAD_OUTCOME_STORED, blob: { sha256: sha256Of(bytes), sizeBytes: BigInt(bytes.length) } });
    expect(await upload('large.dcm', bytes)).toMatchObject({ outcome: UPLOAD_OUTCOME_DUPLICATE });
    expect(await upload('other name.dcm', bytes, 70_000)).toMatchObject({ outcome: UPLOAD_OUTCOME_DUPLICATE });
    expect(await announced()).toEqual({ received: [sha256Of(bytes)], rejected: [] });
    expect(await catalogue.importTotals()).toEqual({ found: 2, stored: 1, duplicates: 1, rejected: 0 });
  });

  it('takes chunks of any size', async () => {
    const bytes = dicomBytes(2, 300, 300);
    expect(await upload('small chunks.dcm', bytes, 999)).toMatchObject({
      outcome: UPLOAD_OUTCOME_STORED,
      blob: { sha256: sha256Of(bytes) },
    });
  });

  it.each([
    ['nothing', new Uint8Array(), 'empty'],
    ['a text', new TextEncoder().encode('hello'), 'not-dicom'],
    ['a long text', new Uint8Array(9 << 20).fill(0x41), 'not-dicom'],
    ['a cut file', dicomBytes(3, 600, 600).subarray(0, 300_000), 'truncated'],
  ])('rejects %s with its reason and keeps no blob', async (name, bytes, reason) => {
    expect(await upload(name, bytes)).toMatchObject({ outcome: UPLOAD_OUTCOME_REJECTED, reason });
    expect(await announced()).toEqual({ received: [], rejected: [`${name}: ${reason}`] });
    expect(await recorded()).toEqual({ [name]: `REJECTED ${reason}` });
    expect(await blobPaths()).toEqual([]);
  });

  it('takes no more of a file than the service was told', async () => {
    const told = await startIngestor(database.url, directory, { MAMMOLINE_DICOM_MAX_FILE_BYTES: '400000' });
    try {
      const refused = await told.client.upload(requests('large.dcm', dicomBytes(4, 600, 600), 70_000));
      expect(refused).toMatchObject({ outcome: UPLOAD_OUTCOME_REJECTED, detail: 'found 420000 bytes; at most 400000 are read' });
      expect(await blobPaths()).toEqual([]);
      expect(await told.client.upload(requests('small.dcm', dicomBytes(4, 400, 400), 70_000))).toMatchObject({
        outcome: UPLOAD_OUTCOME_STORED,
      });
    } finally {
      await told.stop();
    }
  });

  it('refuses an upload without a header, with an empty name, and with a second header', async () => {
    const header = (fileName: string): ingestV1.UploadRequest => ({ part: { $case: 'header', value: { fileName } } });
    const send = (...messages: ingestV1.UploadRequest[]): Promise<unknown> => ingestor.client.upload(sequence(messages));
    await expectRefusal(send(), 'header');
    await expectRefusal(send({ part: { $case: 'chunk', value: new Uint8Array(1) } }), 'header');
    await expectRefusal(send(header('')), 'header.file_name');
    await expectRefusal(send(header('a'), header('b')), 'part');
  });
});

async function* sequence<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function expectRefusal(work: Promise<unknown>, field: string): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: Status.INVALID_ARGUMENT, details: expect.stringContaining(field) as unknown });
}
