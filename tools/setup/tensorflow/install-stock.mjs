import { rmSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../../workspace/run-command.mjs';
import { tfjsNodeDir } from './link-library.mjs';

/** tfjs-node's own installer: downloads libtensorflow and a ready addon from storage.googleapis.com, or compiles the addon with node-gyp. */
export async function installStock() {
  for (const folder of ['deps', 'lib']) rmSync(path.join(tfjsNodeDir, folder), { recursive: true, force: true });
  // node-pre-gyp retries a host that does not answer for minutes.
  await runCommand(['node', 'scripts/install.js', 'cpu', 'download'], { cwd: tfjsNodeDir, timeoutMs: 300_000 });
}
