import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { nodeModules } from '../../workspace/paths.mjs';
import { nodeApiVersion } from './build-addon.mjs';
import { libtensorflowDir } from './fetch-libtensorflow.mjs';

export const tfjsNodeDir = path.join(nodeModules, '@tensorflow', 'tfjs-node-gpu');
export const installedAddon = path.join(tfjsNodeDir, 'lib', `napi-v${nodeApiVersion}`, 'tfjs_binding.node');
const deps = path.join(tfjsNodeDir, 'deps');

/**
 * Puts the addon and links to libtensorflow where tfjs-node looks for them. Gives back whether anything had to be changed.
 * The GPU build finds CUDA at deps/nvidia: its own search path is $ORIGIN/../nvidia, and the loader takes the link's folder for $ORIGIN.
 */
export function linkLibrary(platform, kind, addon) {
  const library = libtensorflowDir(kind);
  const wanted = platform.libraries.map((name) => [path.join(deps, 'lib', name), path.join(library, 'tensorflow', name)]);
  if (kind === 'gpu') wanted.push([path.join(deps, 'nvidia'), path.join(library, 'nvidia')]);
  const changed = wanted.map(([link, target]) => replaceLink(link, target));
  if (kind !== 'gpu') rmSync(path.join(deps, 'nvidia'), { force: true });
  return [...changed, replaceFile(installedAddon, addon)].includes(true);
}

function replaceLink(link, target) {
  mkdirSync(path.dirname(link), { recursive: true });
  const relative = path.relative(path.dirname(link), target);
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(link) === relative) return false;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(relative, link);
  return true;
}

function replaceFile(file, source) {
  if (existsSync(file) && readFileSync(file).equals(readFileSync(source))) return false;
  mkdirSync(path.dirname(file), { recursive: true });
  // Another name first: a running program may have the old one mapped.
  copyFileSync(source, `${file}.new`);
  renameSync(`${file}.new`, file);
  return true;
}

/** Is some build of the addon in place, with the library it needs? */
export function addonIsInstalled() {
  return (
    existsSync(installedAddon) &&
    existsSync(path.join(deps, 'lib')) &&
    readdirSync(path.join(deps, 'lib')).every((name) => existsSync(path.join(deps, 'lib', name)))
  );
}
