#!/usr/bin/env node
// npm run demo [-- --input DIR --csv DIR --output DIR ...]: set-up, then `mammoline demo` with the same arguments.
import { reportFailure } from './setup/report-failure.mjs';
import { setUp } from './setup/set-up.mjs';
import { inWorkspace } from './workspace/paths.mjs';
import { runForeground } from './workspace/run-foreground.mjs';

try {
  await setUp();
  // npm runs scripts in the workspace's root; relative paths are meant from where it was called.
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  process.exitCode = await runForeground([
    process.execPath,
    inWorkspace('apps', 'cli', 'bin', 'mammoline.mjs'),
    'demo',
    ...process.argv.slice(2),
  ]);
} catch (error) {
  reportFailure(error);
}
