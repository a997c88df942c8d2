import { readdir, realpath } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describeError } from '@mammoline/kernel';
import type { SourceEntry } from './source-tree.ts';

/**
 * Walks a folder in the order of names, deterministically, one folder in memory at a time.
 * Symbolic links are not followed: inside the folder their target is met anyway, and what they lead to outside is not this folder's.
 * @param root real absolute path (no symbolic link in it)
 * @param onSkipped hears of what is left out on purpose: hidden folders, and links to what is met anyway
 */
export async function* walkFolder(
  root: string,
  onSkipped: (sourcePath: string, reason: string) => void,
  signal: AbortSignal,
): AsyncGenerator<SourceEntry, void, undefined> {
  yield* walk(root);

  async function* walk(directory: string): AsyncGenerator<SourceEntry, void, undefined> {
    signal.throwIfAborted();
    let entries: Dirent<Buffer>[];
    try {
      entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      yield found(directory, `the folder can't be read: ${describeError(error)}`);
      return;
    }
    entries.sort((a, b) => Buffer.compare(a.name, b.name));
    for (const entry of entries) {
      const name = entry.name.toString('utf8');
      if (!Buffer.from(name).equals(entry.name)) {
        yield found(join(directory, escapeName(entry.name)), 'its name is not valid UTF-8: rename it');
        continue;
      }
      const path = join(directory, name);
      if (entry.isFile()) yield found(path, undefined);
      else if (entry.isDirectory()) {
        if (name.startsWith('.')) onSkipped(sourcePathOf(path), 'a hidden folder');
        else yield* walk(path);
      } else if (entry.isSymbolicLink()) {
        const problem = await problemOfLink(path);
        if (problem === undefined) onSkipped(sourcePathOf(path), 'a link to what is met in the folder anyway');
        else yield found(path, problem);
      } else yield found(path, `not a regular file but ${kindOf(entry)}`);
    }
  }

  function found(path: string, problem: string | undefined): SourceEntry {
    return { path, sourcePath: sourcePathOf(path), problem };
  }

  function sourcePathOf(path: string): string {
    return relative(root, path).split(sep).join('/');
  }

  async function problemOfLink(path: string): Promise<string | undefined> {
    try {
      const target = await realpath(path);
      const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
      return inside ? undefined : `a symbolic link out of the folder: import ${target} itself`;
    } catch (error) {
      return `a symbolic link that leads nowhere: ${describeError(error)}`;
    }
  }
}

/** Bytes that are not printable ASCII as `\xNN`, so that two such names stay two names. */
function escapeName(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

function kindOf(entry: Dirent<Buffer>): string {
  if (entry.isFIFO()) return 'a named pipe';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}
