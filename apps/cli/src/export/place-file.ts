import { constants } from 'node:fs';
import { copyFile, link, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toFailure } from '@mammoline/kernel';

/**
 * Links (or copies) a file to a new name, replacing what has the name; a file that is there already is left as it is.
 * Hard links where source and target are on one disk, symbolic ones elsewhere; copies share blocks where the file system can.
 */
export async function placeFile(source: string, target: string, mode: 'link' | 'copy'): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    if (mode === 'link' && (await isSameFile(source, target))) return;
    await rm(target, { force: true });
    if (mode === 'copy') await copyFile(source, target, constants.COPYFILE_FICLONE);
    else await linkOrSymlink(source, target);
  } catch (error) {
    throw toFailure(error, 'unavailable', `${target} could not be written from ${source}`);
  }
}

/** Writes a file that is nowhere on this machine. What has the name is replaced, not written into: it may be a link to somebody's source. */
export async function placeBytes(bytes: Uint8Array, target: string): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { force: true });
    await writeFile(target, bytes, { flag: 'wx' });
  } catch (error) {
    throw toFailure(error, 'unavailable', `${target} could not be written`);
  }
}

async function linkOrSymlink(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const isPossible = !(
      error instanceof Error &&
      'code' in error &&
      ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes(String(error.code))
    );
    if (isPossible) throw error;
    await symlink(source, target);
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([stat(a), stat(b)]);
    return one.ino === other.ino && one.dev === other.dev;
  } catch {
    return false;
  }
}
