import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { workspaceEnvironment } from '../workspace/environment.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

/** Where the operators keep the schemas of their kinds: Go modules, of which the sources alone are fetched. Of Strimzi and CloudNativePG there are none. */
const operators = {
  'keda.sh': { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0', directory: 'config/crd/bases' },
  'monitoring.coreos.com': {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    directory: 'example/prometheus-operator-crd',
  },
};

const groupOf = ({ apiVersion }) => apiVersion.split('/')[0];

/** Has an operator that is known here the schema of this object? */
export const isCustomResource = (object) => operators[groupOf(object)] !== undefined;

/**
 * A function that says what is wrong with operators' objects, by the operators' own schemas. Go's module cache of the machine is used and filled.
 * @throws SetupError where there is no Go or no network
 */
export async function provideCustomResourceSchemas() {
  const schemas = new Map();
  for (const { module, version, directory } of Object.values(operators)) {
    const folder = path.join(await fetchModule(module, version), directory);
    for (const file of readdirSync(folder)) {
      for (const document of parseAllDocuments(readFileSync(path.join(folder, file), 'utf8'))) {
        const { spec } = document.toJS();
        for (const { name, schema } of spec.versions) schemas.set(`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema);
      }
    }
  }
  return (objects) => objects.filter(isCustomResource).flatMap((object) => violationsOf(object, schemas));
}

function violationsOf(object, schemas) {
  const schema = schemas.get(`${object.apiVersion} ${object.kind}`);
  const name = `${object.kind} ${object.metadata.name}`;
  if (schema === undefined) return [`${name}: ${object.apiVersion} has no such kind`];
  const { error } = z.fromJSONSchema(closed(schema)).safeParse(object);
  return (error?.issues ?? []).map((issue) => `${name}: ${issue.path.join('.')}: ${issue.message}`);
}

/**
 * The schema with what a cluster does besides: it drops fields that the schema does not name, which here is a mistake. Patterns that only Go can read
 * (`(?i)`) are left out.
 */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  if (typeof copy.pattern === 'string' && copy.pattern.includes('(?i)')) delete copy.pattern;
  const isOpen = copy['x-kubernetes-preserve-unknown-fields'] === true || copy.additionalProperties !== undefined;
  return copy.type === 'object' && copy.properties !== undefined && !isOpen ? { ...copy, additionalProperties: false } : copy;
}

async function fetchModule(module, version) {
  // Outside of every Go module, or a go.mod above would be asked.
  const directory = mkdtempSync(path.join(tmpdir(), 'mammoline-go-'));
  try {
    const answer = await runCommand(['go', 'mod', 'download', '-json', `${module}@${version}`], {
      cwd: directory,
      env: { ...workspaceEnvironment(), GOFLAGS: '-mod=mod' },
      timeoutMs: 300_000,
    });
    return JSON.parse(answer).Dir;
  } catch (cause) {
    throw new SetupError(
      `${module} could not be fetched: ${cause.message.split('\n').at(-1)}`,
      'install Go 1.24 or later and see that its module proxy can be reached',
      { cause },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
