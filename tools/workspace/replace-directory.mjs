import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Fills a temporary folder beside `target` and then puts it in its place: whoever looks finds the old one, the new one or none, never a half one.
 * `fill(temporary)` gives back the folder that becomes `target` (the temporary one itself or one inside it).
 */
export async function replaceDirectory(target, fill) {
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = mkdtempSync(`${target}.new-`);
  try {
    const filled = await fill(temporary);
    const old = path.join(mkdtempSync(`${target}.old-`), 'old');
    try {
      renameSync(target, old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    renameSync(filled, target);
    rmSync(path.dirname(old), { recursive: true, force: true });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
