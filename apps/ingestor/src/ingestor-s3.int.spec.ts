import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openBlobStore } from '@mammoline/blobs';
import { openCatalogue, type Catalogue } from '@mammoline/catalogue';
import { importRequested, outgoing, type ingestV1 } from '@mammoline/contracts';
import { newUuid, sha256Of } from '@mammoline/kernel';
import { createTestDatabase, startTestObjectStore, type TestDatabase } from '@mammoline/testing';
import { ClientError, Status } from 'nice-grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dicomBytes } from './spec-support/dicom-bytes.ts';
import { startIngestor, type RunningIngestor } from './spec-support/start-ingestor.ts';

const server = await startTestObjectStore();
Object.assign(process.env, server?.environment);
const endpoint = server?.endpoint ?? '';
const settings = `?endpoint=${endpoint}&pathStyle=true`;
const peer = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });

let directory: string;
let database: TestDatabase;
let catalogue: Catalogue;
let ingestor: RunningIngestor;
let bucket: string;
let root: string;

const start = (): Promise<RunningIngestor> => startIngestor(database.url, directory, server?.environment);
const put = (name: string, bytes: Uint8Array): Promise<unknown> =>
  peer.send(new PutObjectCommand({ Bucket: bucket, Key: `tree/${name}`, Body: bytes }));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingestor-s3-'));
  database = await createTestDatabase();
  catalogue = await openCatalogue({ url: database.url });
  if (server !== undefined) ingestor = await start();
});
beforeEach(async () => {
  bucket = (await server?.createBucket()) ?? '';
  root = `s3://${bucket}/tree${settings}`;
});
afterAll(async () => {
  if (server !== undefined) await ingestor.stop();
  await server?.stop();
  await catalogue.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

async function importTree(copy = false, by = ingestor): Promise<ingestV1.ImportFolderResponse> {
  let last: ingestV1.ImportFolderResponse | undefined;
  for await (const response of by.client.importFolder({ directory: root, copy })) last = response;
  expect(last?.finished).toBe(true);
  return last ?? expect.unreachable('the import reported nothing');
}

async function outcomes(): Promise<Record<string, string>> {
  const { rows } = await catalogue.listSourceFiles(undefined, { pageSize: 1000, pageToken: undefined });
  const here = rows.filter(({ path }) => path.startsWith(`s3://${bucket}/`));
  return Object.fromEntries(here.map((row) => [row.sourcePath, row.reason === undefined ? row.outcome : `${row.outcome} ${row.reason}`]));
}

describe.skipIf(server === undefined)('ImportFolder of a place in a bucket', () => {
  it('accounts for every object as for the files of a folder, a bad one among them, and is a no-op the second time', async () => {
    await put('a/one.dcm', dicomBytes(1));
    await put('b/no extension', dicomBytes(2, 700, 900));
    await put('b/again.dcm', dicomBytes(1));
    await put('empty.dcm', new Uint8Array());
    await put('text.dcm', new TextEncoder().encode('no DICOM file, whatever its name says'));
    await put('cut.dcm', dicomBytes(4, 64, 64).subarray(0, 4000));
    await put('csv/mass.csv', new TextEncoder().encode('patient_id\n'));
    const first = await importTree();
    expect(first).toMatchObject({ found: 6n, stored: 2n, duplicates: 1n, rejected: 3n, unchanged: 0n });
    expect(await outcomes()).toEqual({
      'a/one.dcm': 'STORED',
      'b/again.dcm': 'DUPLICATE duplicate',
      'b/no extension': 'STORED',
      'cut.dcm': 'REJECTED truncated',
      'empty.dcm': 'REJECTED empty',
      'text.dcm': 'REJECTED not-dicom',
    });
    expect(await importTree()).toMatchObject({ found: 6n, stored: 2n, unchanged: 6n, bytesRead: 0n });

    // What follows reads the object where it is, whatever store keeps the rest.
    const ref = await catalogue.dicomFile(sha256Of(dicomBytes(2, 700, 900)));
    expect(ref?.uri).toBe(`s3://${bucket}/tree/b/no%20extension${settings}`);
    const store = await openBlobStore(pathToFileURL(join(directory, 'blobs')).href);
    expect(sha256Of(await store.get(ref ?? expect.unreachable('no reference')))).toBe(ref?.sha256);
  });

  it('refers to a duplicate where the original has vanished, and takes an object that was replaced as new', async () => {
    await put('a.dcm', dicomBytes(11));
    await put('b.dcm', dicomBytes(11));
    await put('c.dcm', dicomBytes(12));
    await importTree();
    await peer.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'tree/a.dcm' }));
    await put('c.dcm', dicomBytes(13));
    expect(await importTree()).toMatchObject({ found: 2n, stored: 1n, duplicates: 1n, unchanged: 1n });
    expect((await catalogue.dicomFile(sha256Of(dicomBytes(11))))?.uri).toBe(`s3://${bucket}/tree/b.dcm${settings}`);
    expect(await catalogue.dicomFile(sha256Of(dicomBytes(13)))).toBeDefined();
  });

  it('copies into the store when asked', async () => {
    await put('a.dcm', dicomBytes(21, 700, 900));
    expect(await importTree(true)).toMatchObject({ stored: 1n });
    expect((await catalogue.dicomFile(sha256Of(dicomBytes(21, 700, 900))))?.uri).toMatch(/^cas:/);
  });

  it('goes on where it was killed', async () => {
    const seeds = Array.from({ length: 60 }, (_, index) => 100 + index);
    for (const seed of seeds) await put(`${String(seed)}.dcm`, dicomBytes(seed));
    await expect(
      (async () => {
        for await (const _response of ingestor.client.importFolder({ directory: root })) await ingestor.kill();
      })(),
    ).rejects.toBeInstanceOf(ClientError);
    ingestor = await start();
    const last = await importTree();
    expect(last).toMatchObject({ found: 60n, stored: 60n });
    expect(last.unchanged).toBeGreaterThan(0n);
    expect(last.unchanged).toBeLessThan(60n);
  });

  it('takes out who it is of, where the ingestor has a key, and knows the objects again without reading them', async () => {
    const other = await createTestDatabase();
    const keyFile = join(directory, 'key');
    await writeFile(keyFile, 'a key as long as a key has to be, and longer');
    const hidden = await startIngestor(other.url, directory, { ...server?.environment, MAMMOLINE_DEIDENTIFY_KEY_FILE: keyFile });
    const there = await openCatalogue({ url: other.url });
    try {
      await put('Jane Doe/Mass-Training_P_00041_LEFT_CC/1-1.dcm', dicomBytes(41));
      await put('Jane Doe.txt', new TextEncoder().encode('Jane Doe'));
      expect(await importTree(false, hidden)).toMatchObject({ found: 1n, stored: 1n, unchanged: 0n });
      expect(await importTree(false, hidden)).toMatchObject({ found: 1n, stored: 1n, unchanged: 1n, bytesRead: 0n });
      const { rows } = await there.listSourceFiles(undefined, { pageSize: 10, pageToken: undefined });
      expect(rows).toMatchObject([
        { sourcePath: expect.stringMatching(/^[0-9a-f]{16}\/Mass-Training_P_\w{13}_LEFT_CC\/1-1\.dcm$/) as unknown },
      ]);
      expect(JSON.stringify(rows.map(({ path, modifiedMs }) => [path, modifiedMs]))).not.toMatch(new RegExp(`Jane|P_00041|${bucket}`));
    } finally {
      await hidden.stop();
      await there.close();
      await other.drop();
    }
  });

  it('refuses a bucket that is not there, and a URL that is none, by the name of the field', async () => {
    for (const wrong of [`s3://no-such-bucket/x${settings}`, 's3://B!']) {
      root = wrong;
      const refused = expect.stringContaining('directory: ') as unknown;
      await expect(importTree()).rejects.toMatchObject({ code: Status.INVALID_ARGUMENT, details: refused });
    }
  });
});

describe.skipIf(server === undefined)('import.requested', () => {
  const ask = async (id = newUuid()): Promise<void> => {
    const event = outgoing(importRequested, { directory: root, copy: false });
    await catalogue.transaction((tx) => tx.republish([{ id, source: '/a stranger', traceparent: undefined, ...event }]));
  };
  const until = (expected: Record<string, string>): Promise<void> =>
    vi.waitFor(async () => expect(await outcomes()).toEqual(expected), { timeout: 60_000, interval: 100 });

  it('is an import, and a repeat of it takes what is new', async () => {
    await put('a.dcm', dicomBytes(31));
    await ask();
    await until({ 'a.dcm': 'STORED' });
    await put('b.dcm', dicomBytes(32));
    await ask();
    await until({ 'a.dcm': 'STORED', 'b.dcm': 'STORED' });
  });

  it('becomes a dead letter where it names nothing', async () => {
    root = `s3://no-such-bucket/x${settings}`;
    await ask();
    await vi.waitFor(
      async () => {
        const { rows } = await catalogue.deadLetters({ pageSize: 10, pageToken: undefined });
        expect(rows).toMatchObject([
          { stage: 'ingestor', errorKind: 'invalid', error: expect.stringContaining('no-such-bucket') as unknown },
        ]);
      },
      { timeout: 60_000, interval: 100 },
    );
  });
});
