import { readFileSync } from 'node:fs';
import { runCommand } from '../workspace/run-command.mjs';
import { inWorkspace } from '../workspace/paths.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { lockDifference } from './lock-difference.mjs';
import { upToDate } from './step.mjs';

function readJson(name) {
  try {
    return JSON.parse(readFileSync(inWorkspace(name), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Installs the npm packages that the lock file names, without their install scripts: one that downloads from a blocked host would fail them all. */
export async function installPackages(say) {
  const difference = lockDifference(readJson('package.json'), readJson('package-lock.json'), readJson('node_modules/.package-lock.json'));
  if (difference === undefined) return upToDate;
  say(`npm ci, since ${difference} ...`);
  try {
    await runCommand(['npm', 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  } catch (cause) {
    throw new SetupError(
      `npm ci failed: ${firstLines(cause.output)}`,
      'Where it says that package.json and package-lock.json differ: npm install. Otherwise: look at the network, then run this again.',
      { cause },
    );
  }
  return 'installed';
}

/** npm names the cause first and prints its usage after that. */
function firstLines(output) {
  const lines = output.split('\n').filter((line) => line.replace(/^npm error/, '').trim() !== '');
  return lines.slice(0, 8).join('\n');
}
