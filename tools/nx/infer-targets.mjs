// Nx plugin: every folder with a package.json under apps/ and libs/ has lint, typecheck and test, and e2e where it has such specs; so has tools/.
// What differs from project to project is in the project's folder; a new one needs no edit here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createNodesFromFiles } from '@nx/devkit';

/** Runs in the workspace's root; see run-task.mjs for what it adds. */
const task = (command) => `node tools/nx/run-task.mjs ${command}`;

/** The programs that a task runs, by their version in the lock file. */
const packages = (...externalDependencies) => ({ externalDependencies });

function targetsOf(root, { name, isTypeScript, endToEnd }) {
  const sources = ['default', '^default'];
  const up = path.relative(root, '.');
  /** `which` are options of Vitest: the projects of vitest.config.mjs, or a file. */
  const test = (target, which) => {
    const report = `.cache/test-results/${name}.${target}.json`;
    return {
      command: task(
        `vitest run --config ${up}/vitest.config.mjs --root ${root} ${which} --reporter=default --reporter=json --outputFile.json=${path.relative(root, report)}`,
      ),
      cache: true,
      inputs: [
        ...sources,
        '{workspaceRoot}/vitest.config.mjs',
        packages('vitest', 'vite'),
        { runtime: 'node tools/nx/print-test-environment.mjs' },
      ],
      outputs: [`{workspaceRoot}/${report}`],
    };
  };
  // Each file for itself: those of one project take up to ten minutes, and run beside one another so.
  const endToEndNames = endToEnd.map((file) => path.basename(file, '.e2e.spec.ts'));
  const twice = endToEndNames.find((one, index) => endToEndNames.indexOf(one) < index);
  if (twice !== undefined)
    throw new Error(`found two files ${twice}.e2e.spec.ts in ${root}, expected names of their own: they name targets`);
  const endToEndTests = Object.fromEntries(
    endToEnd.map((file, index) => {
      const target = `e2e--${endToEndNames[index]}`;
      return [target, test(target, `--project end-to-end ${file}`)];
    }),
  );
  return {
    lint: {
      command: task(`eslint ${root}`),
      cache: true,
      inputs: [...sources, '{workspaceRoot}/eslint.config.mjs', packages('eslint', 'typescript-eslint', 'typescript', '@nx/eslint-plugin')],
    },
    ...(isTypeScript && {
      typecheck: { command: task(`tsc -p ${root}`), cache: true, inputs: [...sources, packages('@typescript/native')] },
    }),
    test: test('test', '--project unit --project integration'),
    ...endToEndTests,
    ...(endToEnd.length > 0 && { e2e: { executor: 'nx:noop', dependsOn: Object.keys(endToEndTests) } }),
  };
}

/** The project of one package.json. */
function inferProject(manifestFile, workspaceRoot) {
  const root = path.dirname(manifestFile);
  const { name } = JSON.parse(readFileSync(path.join(workspaceRoot, manifestFile), 'utf8'));
  const isTypeScript = existsSync(path.join(workspaceRoot, root, 'tsconfig.json'));
  const endToEnd = readdirSync(path.join(workspaceRoot, root), { recursive: true })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.e2e.spec.ts'))
    .sort();
  // Report files are named without the scope: `imaging.test.json`.
  const targets = targetsOf(root, { name: name.replace(/^@.*\//, ''), isTypeScript, endToEnd });
  return { projects: { [root]: { name, root, targets } } };
}

export const name = 'mammoline-targets';

export const createNodesV2 = [
  '{apps/*,libs/*,tools}/package.json',
  (manifests, options, context) =>
    createNodesFromFiles((manifest, _options, { workspaceRoot }) => inferProject(manifest, workspaceRoot), manifests, options, context),
];
