import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { underLock } from '../kafka/under-lock.mjs';
import { workspaceEnvironment } from '../workspace/environment.mjs';
import { inCache } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

const directory = inCache('deploy-tools');
const buildTimeoutMs = 3_600_000;

/** Programs that are built from source with Go; the minutes are those of two cores with nothing else to do. */
const tools = {
  helm: { package: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0', minutes: 5 },
  'kubectl-validate': { package: 'sigs.k8s.io/kubectl-validate', version: 'v0.0.4', minutes: 12 },
};

const pathOf = (name) => path.join(directory, `${name}-${tools[name].version}`, name);

/** Is the program built already? */
export const hasGoTool = (name) => existsSync(pathOf(name));

/**
 * Path of `helm` or `kubectl-validate`, built once into the cache. Go's caches of the machine are used and filled.
 * @throws SetupError where there is no Go, no network, or it does not build
 */
export async function provideGoTool(name, say) {
  const { package: source, version, minutes } = tools[name];
  const program = pathOf(name);
  if (existsSync(program)) return program;
  mkdirSync(directory, { recursive: true });
  return await underLock(path.dirname(program), async () => {
    if (existsSync(program)) return program;
    await runCommand(['go', 'version']).catch((cause) => {
      throw new SetupError(`${name} needs Go, and none was found`, 'install Go 1.24 or later (https://go.dev/dl)', { cause });
    });
    say(`building ${name} ${version} with Go, once: about ${minutes} minutes ...`);
    await replaceDirectory(path.dirname(program), async (temporary) => {
      const env = { ...workspaceEnvironment(), GOBIN: temporary };
      await runCommand(['go', 'install', '-ldflags=-s -w', `${source}@${version}`], { env, timeoutMs: buildTimeoutMs }).catch((cause) => {
        throw new SetupError(`${name} does not build: ${cause.message.split('\n').at(-1)}`, "see that Go's module proxy can be reached", {
          cause,
        });
      });
      return temporary;
    });
    return program;
  });
}
