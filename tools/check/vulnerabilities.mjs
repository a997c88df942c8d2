#!/usr/bin/env node
// npm run check:vulnerabilities: known vulnerabilities of high or critical severity in production dependencies. Not a part of npm test: what is known changes
// without a change here. Where the registry can't be asked it says so in one line, and ends with 0.
import { spawnSync } from 'node:child_process';
import { workspaceRoot } from '../workspace/paths.mjs';
import { judgeAudit } from './judge-audit.mjs';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: workspaceRoot,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
const { lines, isClean } = judgeAudit(stdout);
for (const line of lines) console.log(line);
process.exitCode = isClean ? 0 : 1;
