import { randomUUID } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './file-failure.ts';

const maxAgeMs = 24 * 3600 * 1000;
const host = hostname().replaceAll(/[^\w-]/g, '-');

/** `<host>.<pid>.<random>`: tells who writes, so that what a killed writer left can be told from what is being written. */
export function temporaryName(): string {
  return `${host}.${String(process.pid)}.${randomUUID()}`;
}

/**
 * Removes what killed writers left: files whose process on this host is gone, and those over a day old.
 * A file that vanishes meanwhile was finished or cleaned by another.
 */
export async function cleanTemporaryFiles(directory: string, nowMs: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    try {
      const abandoned = isLeftBehind(name) || nowMs - (await stat(path)).mtimeMs > maxAgeMs;
      if (abandoned) await unlink(path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

/** Of another host's process nothing is known: its files go by age alone. */
function isLeftBehind(name: string): boolean {
  const [writerHost, pid] = name.split('.');
  return writerHost === host && pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
