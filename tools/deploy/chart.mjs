import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { inWorkspace } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { parseObjects } from './rendered-objects.mjs';

export const chartDirectory = inWorkspace('deploy', 'chart', 'mammoline');
const examplesDirectory = inWorkspace('deploy', 'chart', 'values-examples');

/** The value sets that the chart is tested with: its own values, and each example's on top of them. */
export function valueSets() {
  const examples = readdirSync(examplesDirectory).filter((name) => name.endsWith('.yaml'));
  return [
    { name: 'defaults', options: [] },
    ...examples.sort().map((file) => ({ name: path.basename(file, '.yaml'), options: ['--values', path.join(examplesDirectory, file)] })),
  ];
}

/** What the chart gives with these options of `helm template`: its text and its objects. */
export async function renderChart(helm, options) {
  const text = await runCommand([
    helm,
    'template',
    'mammoline',
    chartDirectory,
    '--namespace',
    'mammoline',
    '--kube-version',
    '1.34.0',
    ...options,
  ]);
  return { text, objects: parseObjects(text) };
}

/** Options that the schema has to refuse, each with what its refusal has to name. */
export const refusedOptions = [
  ['nonsense=1', 'nonsense'],
  ['kafka.tls.nonsense=1', 'nonsense'],
  ['services.predictor.nonsense=1', 'nonsense'],
  ['services.ingestor.keda.enabled=true', 'keda'],
  ['services.nonsense.enabled=true', 'nonsense'],
  ['images.light.tag=latest', 'tag'],
  ['graceMs=1', 'graceMs'],
  ['kafka.sasl.mechanism=scram-sha-512', 'username'],
  ['objectStore.url=s3://key:secret@bucket', 'url'],
];

/** Values that the schema does not describe, by their paths: those under an object that anything may be in are the user's own. */
export function undescribedValues() {
  const values = parse(readFileSync(path.join(chartDirectory, 'values.yaml'), 'utf8'));
  const schema = JSON.parse(readFileSync(path.join(chartDirectory, 'values.schema.json'), 'utf8'));
  return undescribed(values, schema, schema.$defs, '');
}

function undescribed(values, schema, definitions, at) {
  if (values === null || typeof values !== 'object' || Array.isArray(values)) return [];
  const { properties, open } = describe(schema, definitions);
  if (open) return [];
  return Object.entries(values).flatMap(([name, value]) =>
    properties[name] === undefined ? [`${at}${name}`] : undescribed(value, properties[name], definitions, `${at}${name}.`),
  );
}

/** The properties of a schema with those of what it refers to; `open` where it says nothing of them. */
function describe(schema, definitions) {
  const referred = schema.$ref === undefined ? {} : describe(definitions[schema.$ref.replace('#/$defs/', '')], definitions).properties;
  const properties = { ...referred, ...schema.properties };
  return { properties, open: Object.keys(properties).length === 0 };
}
