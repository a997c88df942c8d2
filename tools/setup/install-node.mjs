import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bundledNodeVersion, oldestNodeVersion, runningNodeIsEnough } from '../workspace/node-version.mjs';
import { inCache } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { upToDate } from './step.mjs';

const target = inCache('node', 'package');

function installedVersion() {
  try {
    return JSON.parse(readFileSync(path.join(target, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** Brings Node 24, an npm package of one platform's binary, where the running Node cannot run TypeScript sources. */
export async function installNode(say) {
  if (runningNodeIsEnough()) return `Node ${process.versions.node} of this machine`;
  if (installedVersion() === bundledNodeVersion) return upToDate;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}@${bundledNodeVersion}`;
  say(`this Node is ${process.versions.node}, older than ${oldestNodeVersion}: fetching ${name} ...`);
  try {
    await replaceDirectory(target, async (temporary) => {
      const packed = (await runCommand(['npm', 'pack', name, '--silent', '--pack-destination', temporary])).trim().split('\n').at(-1);
      await runCommand(['tar', '-xzf', path.join(temporary, packed), '-C', temporary]);
      return path.join(temporary, 'package');
    });
  } catch (cause) {
    throw new SetupError(
      `${name} could not be fetched: ${cause.message}`,
      `Install Node ${oldestNodeVersion} or later yourself and run this again with it.`,
      { cause },
    );
  }
  return `Node ${bundledNodeVersion} in .cache/node`;
}
