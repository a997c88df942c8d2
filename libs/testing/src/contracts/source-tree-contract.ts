import { openBlobStore, type FileStamp, type SourceEntry, type SourceTree } from '@mammoline/blobs';
import type { BlobRef } from '@mammoline/contracts';
import { Failure, parseSha256, sha256Of } from '@mammoline/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../collect.ts';

/** An empty tree, and what a test may do to it behind its back. */
export interface SourceTreeUnderTest {
  readonly tree: SourceTree;
  /** Writes a file, over the one that is there. */
  readonly put: (sourcePath: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (sourcePath: string) => Promise<void>;
  /** A file without the right to read it, or anything else that can't be read; undefined where this user may read all. */
  readonly putUnreadable: ((sourcePath: string) => Promise<void>) | undefined;
  /** Stores that read what the tree refers to. */
  readonly blobsUrls: readonly string[];
  /** Opens a tree of the same kind that is not there. */
  readonly openNothing: () => Promise<SourceTree>;
  readonly close: () => Promise<void>;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const never = new AbortController().signal;

/** What every {@link SourceTree} does. */
export function describeSourceTree(name: string, open: () => Promise<SourceTreeUnderTest>): void {
  describe(`${name} as a tree of files to import`, () => {
    let at: SourceTreeUnderTest;
    beforeEach(async () => {
      at = await open();
    });
    afterEach(() => at.close());

    const walk = async (skipped: string[] = []): Promise<SourceEntry[]> =>
      collect(at.tree.walk((sourcePath) => skipped.push(sourcePath), never));
    const find = async (sourcePath: string): Promise<SourceEntry> =>
      (await walk()).find((entry) => entry.sourcePath === sourcePath) ?? expect.unreachable(`no ${sourcePath}`);
    const read = async (entry: SourceEntry, headLength = 0): Promise<{ readonly bytes: Buffer; readonly stamp: FileStamp }> => {
      const file = await at.tree.open(entry, never);
      try {
        await file.readHead(headLength);
        const chunks: Uint8Array[] = [];
        for await (const chunk of file.chunks()) chunks.push(chunk.slice());
        return { bytes: Buffer.concat(chunks), stamp: file.stamp };
      } finally {
        await file.close();
      }
    };

    it('lists all files with their relative names, whatever those hold, and leaves out what is hidden', async () => {
      const names = ['a b/ü%20+&#?.dcm', 'a b/z', 'a b/z.dcm', 'a/1.dcm', 'b', 'c/d/e/f.dcm', '.hidden file', 'quote\'s "2".dcm'];
      for (const sourcePath of [...names, '.git/x.dcm', 'c/.d/x.dcm']) await at.put(sourcePath, text(sourcePath));
      const skipped: string[] = [];
      const entries = await walk(skipped);
      expect(entries.map(({ sourcePath }) => sourcePath).sort()).toEqual(names.sort());
      expect(new Set(entries.map(({ path }) => path)).size).toBe(names.length);
      expect(entries.every(({ problem }) => problem === undefined)).toBe(true);
      expect(skipped.length).toBeGreaterThan(0);
      expect(skipped.every((sourcePath) => sourcePath.startsWith('.git') || sourcePath.startsWith('c/.d'))).toBe(true);
      for (const entry of entries) expect((await read(entry)).bytes.toString()).toBe(entry.sourcePath);
      expect(await walk()).toEqual(entries);
    });

    it('lists the files right in a folder', async () => {
      for (const sourcePath of ['csv/b.csv', 'csv/a.csv', 'csv/deep/c.csv', 'd.csv', 'csv.dcm']) await at.put(sourcePath, text('x'));
      const namesIn = async (folder: string): Promise<string[]> =>
        (await at.tree.filesIn(folder, never)).map(({ sourcePath }) => sourcePath);
      expect(await namesIn('csv')).toEqual(['csv/a.csv', 'csv/b.csv']);
      expect((await namesIn('')).sort()).toEqual(['csv.dcm', 'd.csv']);
      expect(await namesIn('none')).toEqual([]);
    });

    it.each([0, 1, 1000, 5 << 20])('gives a file of %i bytes whole, after any head of it', async (length) => {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 9)) & 255));
      await at.put('file', bytes);
      const entry = await find('file');
      for (const headLength of [0, 1, 999, 65_536, 10 << 20]) {
        const found = await read(entry, headLength);
        expect(found.bytes.equals(bytes)).toBe(true);
        expect(found.stamp.sizeBytes).toBe(length);
      }
      const file = await at.tree.open(entry, never);
      expect(Buffer.from(await file.readHead(10)).equals(bytes.subarray(0, 10))).toBe(true);
      expect(Buffer.from(await file.readHead(70_000)).equals(bytes.subarray(0, 70_000))).toBe(true);
      await file.close();
    });

    it('stamps a file the same as long as it is the same, and otherwise where another of its size took its place', async () => {
      await at.put('file', text('one'));
      const before = (await read(await find('file'))).stamp;
      expect((await read(await find('file'))).stamp).toEqual(before);
      await at.remove('file');
      await at.put('other', text('two'));
      await at.put('file', text('two'));
      expect((await read(await find('file'))).stamp).not.toEqual(before);
      // Not from a listing.
      const { path, sourcePath, problem } = await find('file');
      expect(at.tree.entryOf('file')).toEqual({ path, sourcePath, problem });
      expect((await read({ path, sourcePath, problem })).stamp).toEqual((await read(await find('file'))).stamp);
      expect(at.tree.entryOf('a/.hidden/file')).toBeUndefined();
    });

    it('refers to a file where it is: every store reads it, and says when it was changed or has vanished', async () => {
      await at.put('a folder/100%.dcm', text('original'));
      const entry = await find('a folder/100%.dcm');
      const ref: BlobRef = at.tree.refer(entry, parseSha256(sha256Of('original')), 8);
      for (const url of at.blobsUrls) {
        await at.put('a folder/100%.dcm', text('original'));
        const store = await openBlobStore(url);
        expect(Buffer.from(await store.get(ref)).toString()).toBe('original');
        expect(Buffer.from(await store.head(ref, 4)).toString()).toBe('orig');
        expect(await store.hasVanished(ref)).toBe(false);
        await store.remove(ref);
        await at.put('a folder/100%.dcm', text('tampered'));
        await expect(store.get(ref)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringMatching(/changed/) as unknown });
        await at.put('a folder/100%.dcm', text('longer than before'));
        expect(await store.hasVanished(ref)).toBe(true);
        await at.remove('a folder/100%.dcm');
        await expect(store.get(ref)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringMatching(/gone/) as unknown });
        await expect(store.head(ref, 1)).rejects.toMatchObject({ kind: 'invalid' });
        expect(await store.hasVanished(ref)).toBe(true);
      }
    });

    it('says of one file that it is gone, was changed or may not be read, and not that the tree is away', async () => {
      for (const sourcePath of ['gone', 'changed', 'good']) await at.put(sourcePath, new Uint8Array(200_000));
      await at.putUnreadable?.('unreadable');
      const [gone, changed] = [await find('gone'), await find('changed')];
      await at.remove('gone');
      await expectOwnTrouble(read(gone));
      const file = await at.tree.open(changed, never);
      await file.readHead(10);
      await at.put('changed', new Uint8Array(200_000).fill(1));
      await at.put('changed', new Uint8Array(200_001).fill(1));
      await expectOwnTrouble(collect(file.chunks()));
      await file.close();
      if (at.putUnreadable !== undefined) await expectOwnTrouble(read(await find('unreadable')));
      expect((await read(await find('good'))).bytes).toHaveLength(200_000);
    });

    it('stops on an abort', async () => {
      await at.put('file', new Uint8Array(100));
      const aborted = AbortSignal.abort(new Error('stop'));
      await expect(collect(at.tree.walk(() => undefined, aborted))).rejects.toThrow('stop');
    });

    it('is refused where there is none', async () => {
      await expect(at.openNothing()).rejects.toMatchObject({ kind: 'invalid', message: expect.stringMatching(/no-such/) as unknown });
    });
  });
}

async function expectOwnTrouble(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => expect.unreachable('it was read'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(Failure);
}
