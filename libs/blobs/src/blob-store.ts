import type { BlobRef } from '@mammoline/contracts';

/**
 * Content-addressed bytes. A blob is whole or absent: written under a temporary name, fsynced, renamed.
 * Every store also reads what is kept where it is: files of this machine, and objects of any bucket.
 * Adapters pass one contract suite (`@mammoline/testing`).
 */
export interface BlobStore {
  /** Stores bytes; a repeat is a no-op that returns the same reference. @throws Failure unavailable (disk full, store away). */
  put(bytes: Uint8Array, signal?: AbortSignal): Promise<BlobRef>;
  /** Stores a stream without holding it in memory. */
  putStream(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<BlobRef>;
  /** Reads all bytes and checks them. @throws Failure invalid where they are gone or are not those of the hash any more. */
  get(ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array>;
  /** Reads at most `length` bytes from the start, unchecked: for headers. */
  head(ref: BlobRef, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Removes a blob that its writer alone knows (a checkpoint that a newer one replaces); one that is gone already is no error, and a file
   * kept by reference is never touched.
   */
  remove(ref: BlobRef): Promise<void>;
  /** A path on this machine to read from, for linking and copying; undefined where the store has none. */
  localPath(ref: BlobRef): string | undefined;
  /** Whether the bytes are certainly not there any more: nothing is, or something of another size. Where it can't be told: no. */
  hasVanished(ref: BlobRef): Promise<boolean>;
  /** Rejects with Failure unavailable where the store can't be written to. */
  ping(): Promise<void>;
}
