// What of the workspace an image needs: found by following the imports of its programs, so that an image of the light services has no TensorFlow.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Strings of a source that may name a file or a package: imports, and URLs and `require`s of files. */
const quoted = /['"]((?:\.{1,2}\/|@?[a-z])[^'"\s]*)['"]/g;

/**
 * Follows programs through the workspace.
 * @param root the workspace
 * @param programs files, relative to it: `apps/ingestor/src/main.ts`
 * @param without packages that are reached and not wanted: what imports them does without
 * @returns the projects (folders: `libs/kernel`) and the packages of the registry (names) that are reached
 */
export function followPrograms(root, programs, without = []) {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const projects = readProjects(root);
  const seen = new Set();
  const packages = new Set();
  const waiting = programs.map((program) => path.join(root, program));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!/\.(ts|mjs|js)$/.test(file)) continue;
    for (const [, name] of readFileSync(file, 'utf8').matchAll(quoted)) {
      if (name.startsWith('.')) {
        const target = path.resolve(path.dirname(file), name);
        if (existsSync(target)) waiting.push(target);
        continue;
      }
      const [, owner, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
      const project = projects.get(owner);
      if (project !== undefined) {
        const entry = project.exports?.[`.${rest ?? ''}`];
        if (entry !== undefined) waiting.push(path.join(root, project.folder, entry));
      } else if (manifest.dependencies[owner] !== undefined && !without.includes(owner)) {
        packages.add(owner);
      }
    }
  }
  const folders = new Set([...seen].map((file) => path.relative(root, file).split(path.sep).slice(0, 2).join('/')));
  return { projects: [...folders].sort(), packages: [...packages].sort() };
}

function readProjects(root) {
  const found = new Map();
  for (const area of ['apps', 'libs']) {
    for (const name of readdirSync(path.join(root, area))) {
      const file = path.join(root, area, name, 'package.json');
      if (!existsSync(file)) continue;
      const { name: packageName, exports } = JSON.parse(readFileSync(file, 'utf8'));
      found.set(packageName, { folder: `${area}/${name}`, exports });
    }
  }
  return found;
}

/**
 * Packages with all that they depend on, as the lock file places them.
 * @param lock package-lock.json, parsed
 * @returns folders: `node_modules/pg`, `node_modules/pg/node_modules/x`
 */
export function closeOverLock(lock, names) {
  const reached = new Set();
  const waiting = names.map((name) => ['', name]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [from, name] = next;
    const at = place(lock.packages, from, name);
    if (at === undefined || reached.has(at)) continue;
    reached.add(at);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = lock.packages[at];
    // An optional peer is somebody's choice: TypeScript's for Prisma, which no program imports.
    const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
    for (const dependency of [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers]) waiting.push([at, dependency]);
  }
  return [...reached].sort();
}

/** Where a package that is in `from` finds `name`: the nearest node_modules upwards. */
function place(packages, from, name) {
  for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    const candidate = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (at === '') return undefined;
  }
}
