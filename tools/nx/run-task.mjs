#!/usr/bin/env node
// Runs one task of Nx with the right Node (Nx itself may run on an older one) and leaves a mark where it fails, for the test command to count.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { workspaceEnvironment } from '../workspace/environment.mjs';
import { inCache } from '../workspace/paths.mjs';
import { runForeground } from '../workspace/run-foreground.mjs';

const project = process.env.NX_TASK_TARGET_PROJECT ?? 'unknown';
const target = process.env.NX_TASK_TARGET_TARGET ?? 'unknown';
const mark = inCache('failed-tasks', `${project.replace(/^@.*\//, '')}.${target}`);

rmSync(mark, { force: true });
// Nx forces colours on all its tasks; specs would see them in the output of the programs that they start, and a log file is full of them.
const environment = workspaceEnvironment();
delete environment.FORCE_COLOR;
process.exitCode = await runForeground(process.argv.slice(2), environment);
if (process.exitCode !== 0) {
  mkdirSync(inCache('failed-tasks'), { recursive: true });
  writeFileSync(mark, `${process.exitCode}\n`);
}
