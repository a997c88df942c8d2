import { globSync, readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import * as contracts from '@mammoline/contracts';
import { workspaceRoot } from '../workspace/paths.mjs';

/** Field numbers of FileDescriptorProto and DescriptorProto: comments are found by paths of them. */
const messagesOfFile = 4;
const fieldsOfMessage = 2;

/**
 * What is known of every event, by topic: its message and fields with their comments from proto/, its key from libs/contracts, who emits and who takes
 * it from the sources of apps/.
 */
export function describeEvents() {
  const messages = readMessages();
  const { emitters, takers } = readUses();
  return Object.entries(contracts)
    .filter(([, value]) => typeof value === 'object' && typeof value.topic === 'string')
    .map(([variable, type]) => {
      const message = messages.get(`mammoline.events.v1.${variable[0].toUpperCase()}${variable.slice(1)}`);
      if (message === undefined) throw new Error(`${variable}: found no message of that name in proto/mammoline/events/v1`);
      const [topic, ...summary] = message.comment.split(': ');
      if (topic !== type.topic) throw new Error(`${message.name}: its comment names the topic ${topic}, libs/contracts has ${type.topic}`);
      return {
        topic,
        message: message.name,
        summary: summary.join(': '),
        fields: message.fields,
        key: keyOf(type),
        emittedBy: emitters.get(variable) ?? [],
        takenBy: takers.get(variable) ?? [],
      };
    })
    .sort((a, b) => (a.topic < b.topic ? -1 : 1));
}

/** All messages of proto/ by full name. */
function readMessages() {
  const messages = new Map();
  for (const file of fromBinary(FileDescriptorSetSchema, contracts.readDescriptorSet()).file) {
    const comments = new Map(file.sourceCodeInfo?.location.map(({ path, leadingComments }) => [path.join('.'), oneLine(leadingComments)]));
    file.messageType.forEach((message, at) => {
      const name = `${file.package}.${message.name}`;
      const fields = message.field.map((field, index) => ({
        name: field.name,
        number: field.number,
        type: field.typeName === '' ? FieldDescriptorProto_Type[field.type].toLowerCase() : field.typeName.replace(/^\./, ''),
        isRepeated: field.label === FieldDescriptorProto_Label.REPEATED,
        comment: comments.get([messagesOfFile, at, fieldsOfMessage, index].join('.')) ?? '',
      }));
      messages.set(name, { name, comment: comments.get([messagesOfFile, at].join('.')) ?? '', fields });
    });
  }
  return messages;
}

const oneLine = (comment) => comment.trim().replaceAll(/\s+/g, ' ');

/** Runs the key's function on data that answers with the names of what is read of it. */
function keyOf(type) {
  const named = (path) =>
    new Proxy(Object, {
      get: (_target, name) => (name === Symbol.toPrimitive ? () => `{${path}}` : named(path === '' ? name : `${path}.${name}`)),
    });
  return String(type.key(named('')))
    .replace('{view.patient}_{view.laterality}_{view.position}', 'view')
    .replaceAll(/[{}]/g, '')
    .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Which services make an event (`outgoing(maskMerged, …`) and which stages are bound to it (`name: 'mask-merger', on: imageCatalogued`). */
function readUses() {
  const emitters = new Map();
  const takers = new Map();
  const add = (map, variable, name) => map.set(variable, [...new Set([...(map.get(variable) ?? []), name])].sort());
  const sources = globSync('apps/*/src/**/*.ts', { cwd: workspaceRoot }).filter((path) => !/\.spec\.ts$|spec-|\.fixture\.ts$/.test(path));
  for (const path of sources) {
    const text = readFileSync(`${workspaceRoot}/${path}`, 'utf8');
    for (const [, variable] of text.matchAll(/\boutgoing\(\s*(\w+)/g)) add(emitters, variable, path.split('/')[1]);
    for (const [, stage, variable] of text.matchAll(/\bname: '([\w.-]+)',\s+on: (\w+)/g)) add(takers, variable, stage);
  }
  return { emitters, takers };
}
