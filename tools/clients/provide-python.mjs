import { existsSync } from 'node:fs';
import { inCache } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { underLock } from '../kafka/under-lock.mjs';

const packages = ['grpcio==1.76.0', 'grpcio-tools==1.76.0'];
const directory = inCache('python-grpcio-1.76.0');

/** Python's packages of gRPC, fetched once from PyPI. Returns the folder for PYTHONPATH. */
export async function providePythonGrpc() {
  await underLock(directory, async () => {
    if (existsSync(directory)) return;
    await replaceDirectory(directory, async (temporary) => {
      await runCommand(['python3', '-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '--target', temporary, ...packages]).catch(
        (cause) => {
          throw new SetupError(`grpcio could not be had: ${cause.message}`, 'install Python 3.9 or later with pip', { cause });
        },
      );
      return temporary;
    });
  });
  return directory;
}

/** The folder where it has been fetched; undefined elsewhere. */
export const cachedPythonGrpc = () => (existsSync(directory) ? directory : undefined);
