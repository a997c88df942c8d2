#!/usr/bin/env node
// with-node.mjs COMMAND [ARGUMENT ...]: runs a command with the right Node and the workspace's programs first in PATH.
import { existsSync } from 'node:fs';
import { findNode } from './workspace/node-version.mjs';
import { nodeModules } from './workspace/paths.mjs';
import { runForeground } from './workspace/run-foreground.mjs';

const command = process.argv.slice(2);
if (command.length === 0) {
  console.error('Usage: node tools/with-node.mjs COMMAND [ARGUMENT ...]');
  process.exitCode = 2;
} else if (findNode() === undefined || !existsSync(nodeModules)) {
  console.error('The workspace is not set up. To mend it: npm run setup');
  process.exitCode = 1;
} else {
  process.exitCode = await runForeground(command);
}
