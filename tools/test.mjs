#!/usr/bin/env node
// npm test: set-up, then everything that has to pass. The last line printed is `N passed, N failed, N skipped`.
import { checkBreaking } from './check/check-breaking.mjs';
import { conclude } from './check/conclude.mjs';
import { forgetResults, readFailedTasks, readReports } from './check/read-results.mjs';
import { sumReports } from './check/sum-reports.mjs';
import { reportFailure } from './setup/report-failure.mjs';
import { setUp } from './setup/set-up.mjs';
import { workspaceEnvironment } from './workspace/environment.mjs';
import { runCommand } from './workspace/run-command.mjs';
import { runForeground } from './workspace/run-foreground.mjs';

const checks = {
  format: () => runCommand(['prettier', '--check', '--log-level', 'warn', '.']).then(() => 'ok', mend('npx prettier --write .')),
  'protocol lint': () => runCommand(['buf', 'lint']).then(() => 'ok'),
  'protocol breaking': checkBreaking,
  migrations: () => runCommand(['node', 'tools/check/migration-difference.mjs']).then(() => 'ok'),
  'event reference': () =>
    runCommand(['node', 'tools/reference/write-event-reference.mjs', '--check']).then(() => 'ok', mend('npm run docs:events')),
  licences: () =>
    runCommand(['node', 'tools/reference/write-licence-reference.mjs', '--check']).then(() => 'ok', mend('npm run docs:licences')),
};

function mend(command) {
  return (error) => {
    throw new Error(`${error.message}\nTo mend it: ${command}`, { cause: error });
  };
}

async function runChecks() {
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      console.log(`${name}: ${await check()}`);
    } catch (error) {
      console.log(`${name}: FAILED\n${error.message}`);
      failed.push(name);
    }
  }
  return failed;
}

function finish({ lines, passed, failed, skipped }) {
  if (lines.length > 0) console.log(`\n${lines.join('\n')}\n`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}

try {
  await setUp();
  forgetResults();
  const failedChecks = await runChecks();
  // Vitest colours its output also where it goes to a file.
  const environment = process.stdout.isTTY === true ? workspaceEnvironment() : { ...workspaceEnvironment(), NO_COLOR: '1' };
  const runAll = (targets) =>
    runForeground(['nx', 'run-many', `--targets=${targets}`, '--outputStyle=static', ...process.argv.slice(2)], environment);
  // Programs as users start them have time limits: they wait until nothing computes beside them but one another.
  const codes = [await runAll('lint,typecheck,test'), await runAll('e2e')];
  const runnerFailed = codes.some((code) => code !== 0);
  finish(conclude({ failedChecks, failedTasks: readFailedTasks(), runnerFailed, sum: sumReports(readReports()) }));
} catch (error) {
  reportFailure(error);
  finish({ lines: ['FAILED  set-up (see above)'], passed: 0, failed: 1, skipped: 0 });
}
