import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeBlobStore } from '@mammoline/testing';
import { parseSha256, sha256Of } from '@mammoline/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlobStore } from './open-blob-store.ts';
import { referenceFile } from './reference-file.ts';

async function blobNames(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter((name) => /^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(name)).sort();
}

describeBlobStore('a directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
  const store = await openBlobStore(pathToFileURL(directory).href);
  return {
    store,
    reopen: () => openBlobStore(pathToFileURL(directory).href),
    damage: async (ref, bytes) => {
      const path = store.localPath(ref) ?? '';
      await chmod(path, 0o600);
      await writeFile(path, bytes);
    },
    remove: (ref) => unlink(store.localPath(ref) ?? ''),
    count: async () => (await blobNames(directory)).length,
    close: () => rm(directory, { recursive: true }),
  };
});

describe('openBlobStore on a directory', () => {
  let directory: string;
  let url: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'blobs-'));
    url = pathToFileURL(join(directory, 'store')).href;
  });
  afterEach(() => rm(directory, { recursive: true }));

  it.each(['https://bucket', 'file://relative/dir', '/plain/path', ''])('refuses %j and says what it takes', async (wrong) => {
    await expect(openBlobStore(wrong)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringContaining('file:///') as unknown });
  });

  it('is unavailable where the directory cannot be made', async () => {
    await writeFile(join(directory, 'store'), 'a file');
    await expect(openBlobStore(url)).rejects.toMatchObject({ message: expect.stringContaining(join(directory, 'store')) as unknown });
  });

  it('is unavailable where it can no longer write', async () => {
    const store = await openBlobStore(url);
    await rm(join(directory, 'store', 'tmp'), { recursive: true });
    await expect(store.put(new Uint8Array(5))).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(store.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await blobNames(join(directory, 'store'))).toEqual([]);
  });

  it('reads a file that is kept where it is, and says when it was changed or has vanished', async () => {
    const store = await openBlobStore(url);
    const path = join(directory, 'a name with spaces, % and ü.dcm');
    await writeFile(path, 'original');
    const ref = referenceFile(path, sha256Of('original'), 8);
    expect(Buffer.from(await store.get(ref)).toString()).toBe('original');
    expect(Buffer.from(await store.head(ref, 4)).toString()).toBe('orig');
    expect(store.localPath(ref)).toBe(path);
    await writeFile(path, 'tampered');
    await expect(store.get(ref)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/changed.*same size.*put the original/s) as unknown,
    });
    await unlink(path);
    await expect(store.get(ref)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/gone.*import its folder again/s) as unknown,
    });
  });

  it('leaves no half blob visible when the writer is killed in the middle of a stream, and cleans up after it', async () => {
    const store = await openBlobStore(url);
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'write-endlessly.fixture.ts'), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data'); // It has handed over several megabytes and goes on.
    const temporary = join(directory, 'store', 'tmp');
    expect(await readdir(temporary)).toHaveLength(1);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect(await blobNames(join(directory, 'store'))).toEqual([]);
    expect(await readdir(temporary)).toHaveLength(1);
    await openBlobStore(url);
    expect(await readdir(temporary)).toEqual([]);
    await store.ping();
  });

  it('keeps the temporary files of live writers and of other hosts, for a day', async () => {
    await openBlobStore(url);
    const temporary = join(directory, 'store', 'tmp');
    const host = hostname().replaceAll(/[^\w-]/g, '-');
    const [alive, foreign, oldForeign, gone] = [
      `${host}.${String(process.pid)}.a`,
      'other-host.1.b',
      'other-host.1.c',
      `${host}.4194305.d`,
    ];
    for (const name of [alive, foreign, oldForeign, gone]) await writeFile(join(temporary, name), '');
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await utimes(join(temporary, oldForeign), twoDaysAgo, twoDaysAgo);
    await openBlobStore(url);
    expect((await readdir(temporary)).sort()).toEqual([alive, foreign].sort());
  });

  it('writes blobs that are read-only, under their hash', async () => {
    const store = await openBlobStore(url);
    const ref = await store.put(new TextEncoder().encode('abc'));
    expect(ref.uri).toBe(`cas:${ref.sha256}`);
    const path = join(directory, 'store', ref.sha256.slice(0, 2), ref.sha256.slice(2));
    expect(store.localPath(ref)).toBe(path);
    expect(parseSha256(sha256Of(await readFile(path)))).toBe(ref.sha256);
  });
});
