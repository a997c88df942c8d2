#!/usr/bin/env node
// Starts the command line with a Node that runs TypeScript sources. Plain JavaScript, for any Node from 18 on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findNode } from '../../../tools/workspace/node-version.mjs';
import { inWorkspace } from '../../../tools/workspace/paths.mjs';
import { runForeground } from '../../../tools/workspace/run-foreground.mjs';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const made = [inWorkspace('node_modules'), inWorkspace('libs', 'contracts', 'src', 'gen'), inWorkspace('libs', 'catalogue', 'src', 'gen')];
const node = findNode();

// kafkajs asks for timers in the past, and grpc-js names a TLS server by its IP address: Node would tell the user.
if (node === undefined || !made.every((folder) => existsSync(folder))) {
  console.error(`Mammoline is not set up. To mend it, in ${inWorkspace()}: npm run setup`);
  process.exitCode = 1;
} else {
  process.exitCode = await runForeground([
    node,
    '--disable-warning=TimeoutNegativeWarning',
    '--disable-warning=DEP0123',
    main,
    ...process.argv.slice(2),
  ]);
}
