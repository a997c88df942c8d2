import type { FileStamp, SourceEntry, SourceTree } from '@mammoline/blobs';
import { pseudonymisePath } from '@mammoline/dicom';
import type { Pseudonyms } from '@mammoline/dicom';
import { bug } from '@mammoline/kernel';

/** 48 bits: what is kept of a time is a number that changes with it. */
const timeDigits = 12;

/**
 * A tree under whose names nobody can be found: folders and files may be called after patients, and a time may be that of an examination. A file is known again by keyed hashes of
 * them, so an import that is repeated reads no file twice.
 */
export function openDeidentifiedTree(tree: SourceTree, pseudonyms: Pseudonyms): SourceTree {
  const originals = new WeakMap<SourceEntry, SourceEntry>();
  const hide = (entry: SourceEntry): SourceEntry => {
    const hidden: SourceEntry = {
      path: hidePath(entry.path, pseudonyms),
      sourcePath: pseudonymisePath(entry.sourcePath, pseudonyms),
      // It may name what a link leads to.
      problem: entry.problem === undefined ? undefined : 'not a regular file that can be read',
    };
    originals.set(hidden, entry);
    return hidden;
  };
  return {
    root: hidePath(tree.root, pseudonyms),
    walk: async function* (onSkipped, signal) {
      const skipped = (sourcePath: string, reason: string): void => {
        onSkipped(pseudonymisePath(sourcePath, pseudonyms), reason);
      };
      for await (const entry of tree.walk(skipped, signal)) yield hide(entry);
    },
    entryOf: (sourcePath) => {
      const entry = tree.entryOf(sourcePath);
      return entry === undefined ? undefined : hide(entry);
    },
    filesIn: async (folder, signal) => (await tree.filesIn(folder, signal)).map(hide),
    open: async (entry, signal) => {
      const original = originals.get(entry);
      if (original === undefined) throw bug('an entry was opened that is not of its tree');
      const file = await tree.open(original, signal);
      return {
        stamp: hideStamp(file.stamp, pseudonyms),
        readHead: (lengthBytes) => file.readHead(lengthBytes),
        chunks: () => file.chunks(),
        close: () => file.close(),
      };
    },
    refer: () => {
      throw bug('a file was to be referred to that is to be de-identified: its copy is what counts');
    },
  };
}

/** The name by which the catalogue knows a file or a tree. */
const hidePath = (path: string, pseudonyms: Pseudonyms): string => `deidentified:${pseudonyms.hash('path', path)}`;

function hideStamp({ sizeBytes, modifiedMs, inode }: FileStamp, pseudonyms: Pseudonyms): FileStamp {
  const hash = pseudonyms.hash('stamp', `${String(modifiedMs)} ${String(inode)}`);
  return { sizeBytes, modifiedMs: Number.parseInt(hash.slice(0, timeDigits), 16), inode: undefined };
}
