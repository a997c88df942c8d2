import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCache, inWorkspace } from './paths.mjs';

/** Hash of files, of all files under folders, and of plain values: what a step's result depends on. Paths are relative to the workspace. */
export function hashInputs(paths, values = []) {
  const hash = createHash('sha256').update(JSON.stringify(values));
  for (const file of paths.flatMap((name) => listFiles(inWorkspace(name))).sort()) {
    hash.update(path.relative(inWorkspace(), file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function listFiles(name) {
  if (!statSync(name).isDirectory()) return [name];
  return readdirSync(name).flatMap((entry) => listFiles(path.join(name, entry)));
}

/** The stamp says for which inputs a step last succeeded. */
export function readStamp(step) {
  try {
    return readFileSync(inCache('stamps', step), 'utf8');
  } catch {
    return undefined;
  }
}

export function writeStamp(step, hash) {
  mkdirSync(inCache('stamps'), { recursive: true });
  writeFileSync(inCache('stamps', step), hash);
}
