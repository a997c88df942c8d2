#!/usr/bin/env node
// npm run build:descriptors: all protocol files with their comments as one FileDescriptorSet, dist/mammoline.binpb, published with each release.
import { mkdirSync, statSync } from 'node:fs';
import { reportFailure } from './setup/report-failure.mjs';
import { inWorkspace } from './workspace/paths.mjs';
import { runCommand } from './workspace/run-command.mjs';

try {
  const target = inWorkspace('dist', 'mammoline.binpb');
  mkdirSync(inWorkspace('dist'), { recursive: true });
  await runCommand(['buf', 'build', '--as-file-descriptor-set', '-o', target]);
  console.log(`${target}: ${statSync(target).size} bytes`);
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
