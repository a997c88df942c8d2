import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createSourceTrees, type SourceEntry, type SourceTree } from '@mammoline/blobs';
import { defaultDicomLimits } from '@mammoline/dicom';
import { sha256Of } from '@mammoline/kernel';
import { compressDicom } from '@mammoline/testing/dicom';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dicomBytes } from '../spec-support/dicom-bytes.ts';
import { examineFile } from './examine-file.ts';

let directory: string;
let tree: SourceTree;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mammoline-examine-'));
  tree = await createSourceTrees('file:///blobs')(directory);
});
afterAll(() => rm(directory, { recursive: true }));

const options = { isKnown: () => false, copyTo: undefined, limits: defaultDicomLimits, signal: new AbortController().signal };

test('a mammogram in JPEG 2000 is taken', async () => {
  const bytes = await compressDicom(dicomBytes(1, 300, 200), '1.2.840.10008.1.2.4.90');
  const path = join(directory, 'jpeg-2000.dcm');
  await writeFile(path, bytes);
  expect(await examineFile(tree, entryOf(path), options)).toMatchObject({
    kind: 'accepted',
    stamp: { sizeBytes: bytes.length },
    blob: { sha256: sha256Of(bytes) },
  });
});

const entryOf = (path: string): SourceEntry => ({ path, sourcePath: basename(path), problem: undefined });

/** Runs a look at a file; tells how many handles were read from, and where and how much was read. */
async function readsOf(path: string, isKnown = false) {
  const probe = await open(path);
  const prototype = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  const spy = vi.spyOn(prototype, 'read');
  const found = await examineFile(tree, entryOf(path), { ...options, isKnown: () => isKnown });
  const reads = await Promise.all(
    spy.mock.settledResults.map(async ({ value }, index) => {
      const { bytesRead } = value as { readonly bytesRead: number };
      const [, , , position] = spy.mock.calls[index] as unknown as [Buffer, number, number, number];
      return { position, bytesRead };
    }),
  );
  const handles = new Set(spy.mock.contexts).size;
  spy.mockRestore();
  return { found, handles, reads };
}

test.each([
  ['a small file', 8],
  ['a file of 26 MB', 3605],
])('%s is opened once: its header in one read, then each byte once, for the hash', async (name, side) => {
  const bytes = dicomBytes(2, side, side);
  const path = join(directory, name);
  await writeFile(path, bytes);
  const { found, handles, reads } = await readsOf(path);
  expect(found).toMatchObject({ kind: 'accepted', blob: { sha256: sha256Of(bytes) } });
  expect(handles).toBe(1);
  let position = 0;
  for (const read of reads) {
    expect(read.position).toBe(position);
    position += read.bytesRead;
  }
  expect(position).toBe(bytes.length);
  expect(reads[0]?.bytesRead).toBe(Math.min(bytes.length, 64 * 1024));
});

test('of a known file nothing is read', async () => {
  const path = join(directory, 'known.dcm');
  await writeFile(path, dicomBytes(3));
  expect(await readsOf(path, true)).toMatchObject({ found: { kind: 'unchanged' }, handles: 0, reads: [] });
});

test('a file that is larger than a service was told is refused, and not read', async () => {
  const path = join(directory, 'large.dcm');
  const bytes = dicomBytes(2, 64, 64);
  await writeFile(path, bytes);
  const refused = await examineFile(tree, entryOf(path), { ...options, limits: { ...defaultDicomLimits, maxFileBytes: bytes.length - 1 } });
  expect(refused).toMatchObject({ kind: 'rejected', detail: expect.stringContaining(`at most ${String(bytes.length - 1)}`) as string });
});
