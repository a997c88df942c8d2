import { readdirSync, readFileSync } from 'node:fs';
import { inWorkspace } from '../workspace/paths.mjs';
import { podsOf } from './rendered-objects.mjs';

/** What others than the services read: Node, the AWS SDK, OpenTelemetry. */
const foreign = /^(NODE_|AWS_|OTEL_)/;

function readSources() {
  return ['apps', 'libs'].flatMap((area) =>
    readdirSync(inWorkspace(area), { recursive: true })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !/(^|[/\\])(gen|node_modules)[/\\]/.test(file))
      .map((file) => readFileSync(inWorkspace(area, file), 'utf8')),
  );
}

/** Names that a rendering uses and the sources do not know: environment variables, consumer groups, topics, programs. One sentence each. */
export function unknownNames(objects, sources = readSources()) {
  const text = sources.join('\n');
  const variables = new Set([
    ...podsOf(objects).flatMap(({ pod }) => pod.containers.flatMap(({ env = [] }) => env.map(({ name }) => name))),
    ...objects
      .filter(({ kind, metadata }) => kind === 'ConfigMap' && !metadata.name.endsWith('-dashboard'))
      .flatMap(({ data }) => Object.keys(data)),
  ]);
  const triggers = objects.filter(({ kind }) => kind === 'ScaledObject').flatMap(({ spec }) => spec.triggers);
  const topics = topicsIn(text);
  return [
    ...[...variables].filter((name) => !foreign.test(name) && !text.includes(name)).map((name) => `no service reads ${name}`),
    ...triggers
      .filter(({ metadata }) => topics.get(metadata.consumerGroup) !== metadata.topic)
      .map(({ metadata }) => `no stage ${metadata.consumerGroup} takes ${metadata.topic}`),
  ];
}

/** The topic of each stage that a service binds. */
function topicsIn(text) {
  const types = new Map(
    [...text.matchAll(/export const (\w+) = defineEvent<[^>]*>\(\s*'([\w.]+)'/g)].map(([, name, type]) => [name, `mammoline.${type}.v1`]),
  );
  return new Map(
    [...text.matchAll(/bindStage\(\{\s*name: '([\w.-]+)',\s*on: (\w+)/g)].map(([, stage, event]) => [stage, types.get(event)]),
  );
}

/** Stages of the services that a rendering with ScaledObjects for all of them leaves out. */
export function unscaledStages(objects, services, sources = readSources()) {
  const scaled = objects
    .filter(({ kind }) => kind === 'ScaledObject')
    .flatMap(({ spec }) => spec.triggers.map(({ metadata }) => metadata.consumerGroup));
  return [...topicsIn(sources.join('\n')).keys()].filter((stage) => services.includes(stage.split('.')[0]) && !scaled.includes(stage));
}
