import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const megabytes = 512;
const run = promisify(execFile);

export const smallDiskOf = (directory: string): string => join(directory, 'small-disk');

/** Mounts a small file system in memory, to be filled. @returns undefined where this user may not mount */
export async function mountSmallDisk(
  directory: string,
): Promise<{ readonly path: string; readonly unmount: () => Promise<void> } | undefined> {
  const path = smallDiskOf(directory);
  await mkdir(path, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'mammoline-chaos', path]);
  } catch {
    return undefined;
  }
  return {
    path,
    unmount: async () => {
      await run('umount', ['--lazy', path]);
    },
  };
}
