import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { nodeModules } from '../../workspace/paths.mjs';
import { runCommand } from '../../workspace/run-command.mjs';
import { hashInputs } from '../../workspace/stamp.mjs';
import { libtensorflowDir } from './fetch-libtensorflow.mjs';

/** The Node-API version that the addon is loaded by: its folder's name under tfjs-node's lib/. */
export const nodeApiVersion = 8;

const headers = path.join(nodeModules, 'node-api-headers', 'include');
const sources = 'node_modules/@tensorflow/tfjs-node-gpu/binding';

/** Compiles tfjs-node's addon, unpatched, against libtensorflow in the cache; gives back its path, which holds the hash of what it was made from. */
export async function buildAddon(platform, kind, say) {
  const library = path.join(libtensorflowDir(kind), 'tensorflow');
  const flags = ['-O2', '-std=c++17', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApiVersion}`];
  const { version } = JSON.parse(readFileSync(path.join(nodeModules, 'node-api-headers', 'package.json'), 'utf8'));
  const addon = path.join(libtensorflowDir(kind), `addon-${hashInputs([sources], [flags, version])}`, 'tfjs_binding.node');
  if (existsSync(addon)) return addon;
  say('compiling the addon ...');
  mkdirSync(path.dirname(addon), { recursive: true });
  const unfinished = `${addon}.${process.pid}`;
  await runCommand([
    'g++',
    ...flags,
    `-I${headers}`,
    `-I${path.join(library, 'include')}`,
    `${sources}/tfjs_backend.cc`,
    `${sources}/tfjs_binding.cc`,
    `-L${library}`,
    ...platform.libraries.map((name) => `-l:${name}`),
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-o',
    unfinished,
  ]);
  renameSync(unfinished, addon);
  return addon;
}
