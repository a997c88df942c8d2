import type { BlobRef } from '@mammoline/contracts';
import type { Sha256 } from '@mammoline/kernel';

/** By this a file that was taken before is known again without reading it. */
export interface FileStamp {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /**
   * Tells a file from another that came into its place with its size and time; 64 bits with a sign: the inode of a file, of an object the start of its
   * entity tag's hash. Undefined where there is no file.
   */
  readonly inode: bigint | undefined;
}

/** Of what is no file that can be opened. */
export const noStamp: FileStamp = { sizeBytes: 0, modifiedMs: 0, inode: undefined };

/** What lies in a tree and is to be accounted for. */
export interface SourceEntry {
  /** Absolute path, or `s3://bucket/key`: what the catalogue knows it by. */
  readonly path: string;
  /** Relative to the root, forward slashes. */
  readonly sourcePath: string;
  /** Why it can't be read as a file, however often one tries; undefined for a regular file. */
  readonly problem: string | undefined;
  /** Where the listing told it. */
  readonly stamp?: FileStamp;
}

/** A file that is open. Closed by its reader. */
export interface SourceFile {
  readonly stamp: FileStamp;
  /** The first `lengthBytes` of it, or all where it is shorter. Further each time, and no byte is read twice. @throws as {@link SourceTree.open} */
  readonly readHead: (lengthBytes: number) => Promise<Uint8Array>;
  /**
   * The whole file, what `readHead` has read of it first. The bytes of a chunk may be overwritten by the next one.
   * @throws as {@link SourceTree.open}; UnreadableSource also where the file was changed since it was opened
   */
  chunks(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export const isInHiddenFolder = (sourcePath: string): boolean =>
  sourcePath
    .split('/')
    .slice(0, -1)
    .some((name) => name.startsWith('.'));

/** This file can't be taken, whatever becomes of the others. */
export class UnreadableSource extends Error {}

/** Files to import: a folder, or what is under a prefix of a bucket. Adapters pass one contract suite (`@mammoline/testing`). */
export interface SourceTree {
  /** Names the tree: however it was written, one tree has one. */
  readonly root: string;
  /**
   * All files, one folder or page in memory at a time, in an order that depends on names only.
   * @param onSkipped hears of what is left out on purpose
   * @throws Failure unavailable where the tree as a whole can't be listed; the signal's reason
   */
  walk(onSkipped: (sourcePath: string, reason: string) => void, signal: AbortSignal): AsyncIterable<SourceEntry>;
  /** The entry of a file whose name is known from elsewhere; whether it is there shows when it is opened. Undefined for what a walk leaves out. */
  entryOf(sourcePath: string): SourceEntry | undefined;
  /** The files right in a folder of the tree (`''`: its top), by name; none where there is no such folder. */
  filesIn(folder: string, signal: AbortSignal): Promise<readonly SourceEntry[]>;
  /**
   * @throws Failure unavailable where the tree as a whole is away: it may come back; the signal's reason; anything else (UnreadableSource, an error
   * of the system) is about this file alone
   */
  open(entry: SourceEntry, signal: AbortSignal): Promise<SourceFile>;
  /** A reference to a file that stays where it is; any blob store reads it, and holds it against the hash at every read. */
  refer(entry: Pick<SourceEntry, 'path'>, sha256: Sha256, sizeBytes: number): BlobRef;
}
