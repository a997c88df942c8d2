#!/usr/bin/env node
// write-event-reference.mjs [--check]: writes docs/reference/events; with --check, says whether it is up to date and writes nothing.
// Runs with the workspace's Node (tools/with-node.mjs), since it reads the topics from libs/contracts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as prettier from 'prettier';
import { inWorkspace } from '../workspace/paths.mjs';
import { describeEvents } from './describe-events.mjs';
import { toAsyncApi } from './to-asyncapi.mjs';
import { toTable } from './to-table.mjs';
import { toYaml } from './to-yaml.mjs';

const events = describeEvents();
const { version } = JSON.parse(readFileSync(inWorkspace('package.json'), 'utf8'));
const directory = inWorkspace('docs', 'reference', 'events');
const style = await prettier.resolveConfig(path.join(directory, 'asyncapi.yaml'));
const yaml = await prettier.format(toYaml(toAsyncApi(events, version)), { ...style, parser: 'yaml' });
const files = { 'asyncapi.yaml': yaml, 'README.md': toTable(events) };

for (const [name, text] of Object.entries(files)) {
  const file = path.join(directory, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`docs/reference/events/${name} is not up to date with proto/, libs/contracts and apps/.`);
    process.exitCode = 1;
  } else {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, text);
    console.log(`docs/reference/events/${name} written`);
  }
}
