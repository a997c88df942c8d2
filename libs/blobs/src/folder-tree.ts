import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { describeError, invalid } from '@mammoline/kernel';
import { referenceFile } from './reference-file.ts';
import { isInHiddenFolder, UnreadableSource } from './source-tree.ts';
import type { FileStamp, SourceEntry, SourceFile, SourceTree } from './source-tree.ts';
import { walkFolder } from './walk-folder.ts';

/** Larger ones leave the processor's caches before they are hashed, smaller ones cost more calls: 1 MiB hashes at openssl's rate, 64 KiB and 4 MiB at .8 to .9 of it. */
const chunkBytes = 1 << 20;

/** Opens a folder of this machine. @throws Failure invalid where there is none */
export async function openFolderTree(directory: string): Promise<SourceTree> {
  const root = await rootOf(directory);
  return {
    root,
    walk: (onSkipped, signal) => walkFolder(root, onSkipped, signal),
    entryOf: (sourcePath) => (isInHiddenFolder(sourcePath) ? undefined : { path: join(root, sourcePath), sourcePath, problem: undefined }),
    filesIn: async (folder) => {
      const path = join(root, folder);
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
      return names.sort().map((name) => ({
        path: join(path, name),
        sourcePath: folder === '' ? name : `${folder}/${name}`,
        problem: undefined,
      }));
    },
    open: openFile,
    refer: ({ path }, sha256, sizeBytes) => referenceFile(path, sha256, sizeBytes),
  };
}

async function rootOf(directory: string): Promise<string> {
  const refuse = (found: string, cause?: unknown): never => {
    throw invalid(`found ${found}, expected the absolute path of a folder, or s3://bucket/prefix`, { cause });
  };
  if (!isAbsolute(directory) || directory.includes('\0')) return refuse(JSON.stringify(directory));
  try {
    const root = await realpath(directory);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    return refuse(`${JSON.stringify(directory)}, which can't be opened (${describeError(error)})`, error);
  }
  return refuse(`${JSON.stringify(directory)}, which is not a folder`);
}

async function openFile({ path }: SourceEntry, signal: AbortSignal): Promise<SourceFile> {
  // A link or a pipe may have taken the file's place since the folder was listed: it is not followed, and opening it does not block.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat({ bigint: true });
    if (!found.isFile()) throw new UnreadableSource('not a regular file');
    const stamp = stampOf(found);
    let head = Buffer.alloc(0);
    return {
      stamp,
      readHead: async (lengthBytes) => {
        head = await lengthen(file, head, Math.min(lengthBytes, stamp.sizeBytes));
        return head;
      },
      chunks: () => readChunks(file, head, stamp, signal),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function stampOf({ size, mtimeMs, ino }: BigIntStats): FileStamp {
  return { sizeBytes: Number(size), modifiedMs: Number(mtimeMs), inode: BigInt.asIntN(64, ino) };
}

/** Reads on where a head ends, until it has the length or the file ends. */
async function lengthen(file: FileHandle, head: Buffer<ArrayBuffer>, lengthBytes: number): Promise<Buffer<ArrayBuffer>> {
  const longer = Buffer.alloc(Math.max(lengthBytes, head.length));
  head.copy(longer);
  let filled = head.length;
  while (filled < longer.length) {
    const { bytesRead } = await file.read(longer, filled, longer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return longer.subarray(0, filled);
}

async function* readChunks(
  file: FileHandle,
  head: Uint8Array,
  stamp: FileStamp,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  let position = head.length;
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, stamp.sizeBytes - position)));
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  const after = stampOf(await file.stat({ bigint: true }));
  if (position !== stamp.sizeBytes || after.sizeBytes !== stamp.sizeBytes || after.modifiedMs !== stamp.modifiedMs) {
    throw new UnreadableSource(
      `changed while it was read (${String(stamp.sizeBytes)} bytes before, ${String(after.sizeBytes)} after): import again`,
    );
  }
}
