import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '../workspace/paths.mjs';
import { closeOverLock, followPrograms } from './image-files.mjs';

const main = (...names) => names.map((name) => `apps/${name}/src/main.ts`);
const light = {
  programs: [...main('ingestor', 'restructurer', 'mask-merger', 'preprocessor'), 'libs/catalogue/src/migrate/main.ts'],
  without: [],
};
/** In a container there is no driver for WebGPU; the backend that is chosen does without. */
const cpu = {
  programs: [...main('predictor', 'trainer'), 'apps/trainer/src/run/train.ts'],
  without: ['webgpu', '@tensorflow/tfjs-backend-webgpu'],
};
export const images = { light, cpu, cuda: cpu };

/** What no program reads at run time; licences stay. */
const unread = [
  /\.(map|d\.ts|d\.mts|d\.cts|tsbuildinfo|flow|markdown|html)$/,
  /(^|\/)(readme|changelog|history|contributing)(\.md)?$/i,
  /(^|\/)(node_modules\/[^/]+(\/[^/]+)?\/)(test|tests|__tests__|docs|example|examples|benchmark)\//,
  // Prisma's compilers of queries for other databases, and for browsers.
  /^node_modules\/@prisma\/client\/runtime\/(query_(compiler|engine).*(mysql|sqlite|sqlserver|cockroachdb)|.*(edge|browser|react-native))/,
  // ONNX's programs for other machines.
  new RegExp(`^node_modules/onnxruntime-node/bin/napi-v\\d+/(?!${process.platform}/${process.arch}/)[^/]+/[^/]+/`),
  // TensorFlow.js packed for browsers; Node loads tf*.node.js, or dist/index.js with what it requires.
  /^node_modules\/@tensorflow\/[^/]+\/dist\/(tf(?!.*\.node\.js$)[^/]*\.js|miniprogram\/.*)$/,
];
const isRead = (file) => !unread.some((pattern) => pattern.test(file));
/** Of projects: no specs and what only they use. */
const isSource = (file) => !/\.(spec|fixture)\.ts$|(^|\/)spec-|(^|\/)golden(\/|$)/.test(file);

/** Copies what an image (`light`, `cpu`, `cuda`) needs of this workspace, which is set up, into a folder. */
export function layOutImage(name, target) {
  const { programs, without } = images[name];
  const { projects, packages } = followPrograms(workspaceRoot, programs, without);
  const lock = JSON.parse(readFileSync(path.join(workspaceRoot, 'package-lock.json'), 'utf8'));
  const folders = closeOverLock(lock, packages).filter((folder) => existsSync(path.join(workspaceRoot, folder)));
  for (const folder of folders)
    copyTree(folder, target, (file) => isRead(file) && !file.slice(folder.length + 1).startsWith('node_modules/'));
  for (const project of projects) copyTree(project, target, isSource);
  copyTree('prisma/migrations', target, () => true);
  for (const file of ['LICENSE']) copyFileSync(path.join(workspaceRoot, file), path.join(target, file));
  // Projects find each other as in the workspace: by links.
  mkdirSync(path.join(target, 'node_modules', '@mammoline'), { recursive: true });
  for (const project of projects.filter((folder) => /^(apps|libs)\//.test(folder)))
    symlinkSync(path.join('..', '..', project), path.join(target, 'node_modules', '@mammoline', path.basename(project)));
  writeManifest(target, name, packages, lock);
  return { projects, packages: folders.length };
}

/** Links are copied as the files that they lead to: libtensorflow lies outside node_modules. */
function copyTree(folder, target, wanted) {
  const source = path.join(workspaceRoot, folder);
  cpSync(source, path.join(target, folder), {
    recursive: true,
    dereference: true,
    filter: (from) => wanted(path.relative(workspaceRoot, from).split(path.sep).join('/')),
  });
}

/** A package.json of what was copied, for the list of software. */
function writeManifest(target, name, packages, lock) {
  const { version, license, type } = JSON.parse(readFileSync(path.join(workspaceRoot, 'package.json'), 'utf8'));
  const dependencies = Object.fromEntries(packages.map((each) => [each, lock.packages[`node_modules/${each}`].version]));
  writeFileSync(
    path.join(target, 'package.json'),
    `${JSON.stringify({ name: `mammoline-${name}`, version, license, type, private: true, dependencies }, null, 2)}\n`,
  );
}
