import { existsSync } from 'node:fs';
import { inCache } from './paths.mjs';

/** The Node that set-up brings where the machine's own is too old. */
export const bundledNodeVersion = '24.21.0';

/** First version that runs TypeScript by stripping its types, without a flag. */
export const oldestNodeVersion = '22.18.0';

/** Is `version` (`22.18.0`) at least `oldest`? */
export function isAtLeast(version, oldest) {
  const [have, want] = [version, oldest].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    if (have[part] !== want[part]) return have[part] > want[part];
  }
  return true;
}

export const runningNodeIsEnough = () => isAtLeast(process.versions.node, oldestNodeVersion);

export const bundledNodeBinDir = inCache('node', 'package', 'bin');
const bundledNode = inCache('node', 'package', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The Node that runs the sources: this one where it is new enough, else the one in the cache; undefined where set-up has not run. */
export function findNode() {
  if (runningNodeIsEnough()) return process.execPath;
  return existsSync(bundledNode) ? bundledNode : undefined;
}
