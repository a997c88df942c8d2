import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobRef } from '@mammoline/contracts';
import { parseSha256, sha256Of } from '@mammoline/kernel';
import type { Sha256 } from '@mammoline/kernel';
import type { BlobStore } from './blob-store.ts';
import { casPrefix, casRef } from './cas-ref.ts';
import { readFileBlob, readFileHead } from './file-blob.ts';
import { errorCode, fileFailure } from './file-failure.ts';
import { hasFileVanished, References } from './references.ts';
import { cleanTemporaryFiles, temporaryName } from './temporary-files.ts';
import { untilAborted } from './until-aborted.ts';

/** Blobs are read-only, so that a tool that follows a link of an exported tree can't change them. */
const blobMode = 0o444;

/**
 * Opens a store in a directory of this machine: `<directory>/ab/cdef…` holds the blob of hash `abcdef…`, `<directory>/tmp` what is being written.
 * The 256 folders are made, and synced, here, so that storing a blob has no folder to make durable.
 */
export async function openDiskBlobStore(directory: string): Promise<BlobStore> {
  const temporary = join(directory, 'tmp');
  try {
    await mkdir(temporary, { recursive: true });
    for (let prefix = 0; prefix < 256; prefix++) await mkdir(join(directory, prefix.toString(16).padStart(2, '0')), { recursive: true });
    await syncDirectory(directory);
    await cleanTemporaryFiles(temporary, Date.now());
  } catch (error) {
    throw fileFailure(error, `the blob store ${directory} can't be opened`, 'unavailable');
  }
  return new DiskBlobStore(directory);
}

class DiskBlobStore implements BlobStore {
  readonly #directory: string;
  readonly #references = new References(undefined);

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(bytes: Uint8Array, signal?: AbortSignal): Promise<BlobRef> {
    signal?.throwIfAborted();
    const ref = casRef(sha256Of(bytes), bytes.length);
    if (await this.#holds(ref)) return ref;
    return this.#write(async (write) => {
      await write(bytes);
      return ref;
    });
  }

  async putStream(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<BlobRef> {
    return this.#write(async (write) => {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      for await (const chunk of untilAborted(chunks, signal)) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        await write(chunk);
      }
      return casRef(parseSha256(hash.digest('hex')), sizeBytes);
    });
  }

  async get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#pathOf(ref);
    return path === undefined ? this.#references.get(ref, signal) : readFileBlob(path, ref, signal);
  }

  async head(ref: BlobRef, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const path = this.#pathOf(ref);
    return path === undefined ? this.#references.head(ref, length, signal) : readFileHead(path, ref, length);
  }

  async remove(ref: BlobRef): Promise<void> {
    const path = this.#pathOf(ref);
    if (path === undefined) return;
    try {
      await unlink(path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw fileFailure(error, `blob ${ref.sha256} can't be removed`, 'unavailable');
    }
  }

  localPath(ref: BlobRef): string | undefined {
    return this.#pathOf(ref) ?? this.#references.localPath(ref);
  }

  async hasVanished(ref: BlobRef): Promise<boolean> {
    const path = this.#pathOf(ref);
    return path === undefined ? this.#references.hasVanished(ref) : hasFileVanished(path, ref);
  }

  async ping(): Promise<void> {
    const path = this.#temporaryPath();
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(new Uint8Array(1));
      } finally {
        await file.close();
        await unlink(path);
      }
    } catch (error) {
      throw fileFailure(error, `the blob store ${this.#directory} can't be written to`, 'unavailable');
    }
  }

  /** Of a blob that this store keeps; undefined for a reference. */
  #pathOf(ref: BlobRef): string | undefined {
    return ref.uri.startsWith(casPrefix) ? this.#casPath(parseSha256(ref.uri.slice(casPrefix.length))) : undefined;
  }

  #casPath(sha256: Sha256): string {
    return join(this.#directory, sha256.slice(0, 2), sha256.slice(2));
  }

  #temporaryPath(): string {
    return join(this.#directory, 'tmp', temporaryName());
  }

  /** Whether the blob is there, whole and durable. Its bytes are checked, so that storing a damaged blob again mends it. */
  async #holds(ref: BlobRef): Promise<boolean> {
    const path = this.#casPath(ref.sha256);
    try {
      if ((await stat(path)).size !== ref.sizeBytes) return false;
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
      if (hash.digest('hex') !== ref.sha256) return false;
      await syncDirectory(dirname(path));
      return true;
    } catch {
      return false; // Absent or unreadable: written anew, and the write names what is wrong.
    }
  }

  /** Temporary name, fill, fsync, rename, fsync of the folder. An error of the source passes unchanged; one of the disk becomes a Failure. */
  async #write(fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<BlobRef>): Promise<BlobRef> {
    const onDisk = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        throw fileFailure(error, `the blob store ${this.#directory} can't store a blob`, 'unavailable');
      }
    };
    const temporary = this.#temporaryPath();
    const file = await onDisk(open(temporary, 'wx', blobMode));
    try {
      const ref = await fill((bytes) => onDisk(file.writeFile(bytes)));
      await onDisk(file.sync());
      await onDisk(file.close());
      const path = this.#casPath(ref.sha256);
      await onDisk(rename(temporary, path));
      await onDisk(syncDirectory(dirname(path)));
      return ref;
    } catch (error) {
      // The first error is the one to tell; what can't be removed now is cleaned when the store is opened next.
      await file.close().catch(() => undefined);
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }
}

/** Makes the names in a folder durable. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
