import path from 'node:path';
import { workspaceRoot } from '../workspace/paths.mjs';

/** Lines of a failure's message that are shown. */
const shownLines = 12;

/**
 * What the whole run came to: one line a failure with its message, and the counts. Everything that failed and is no test (format, lint, type check,
 * a run that ended without naming a failed test) counts as one failed test.
 */
export function conclude({ failedChecks, failedTasks, runnerFailed, sum }) {
  const other = [...failedChecks];
  for (const task of failedTasks) {
    // A failed test task is explained by its failed tests.
    if (!sum.failures.some(({ file }) => isTestOf(file, task))) other.push(`${task.target} of ${task.project}`);
  }
  if (runnerFailed && other.length === failedChecks.length && sum.failed === 0) other.push('nx ended with a failure that no task has left');
  const lines = [
    ...other.map((name) => `FAILED  ${name} (see above)`),
    ...sum.failures.map(({ file, test, message }) => `FAILED  ${path.relative(workspaceRoot, file)} > ${test}\n${shorten(message)}`),
  ];
  return { lines, passed: sum.passed, failed: sum.failed + other.length, skipped: sum.skipped };
}

/** Whether the task runs the file: `e2e--NAME` the one of that name, `test` all that are not end-to-end. */
function isTestOf(file, { project, target }) {
  const [area, folder] = path.relative(workspaceRoot, file).split(path.sep);
  const endToEnd = /([^/\\]+)\.e2e\.spec\.ts$/.exec(file)?.[1];
  return (area === project || folder === project) && target === (endToEnd === undefined ? 'test' : `e2e--${endToEnd}`);
}

function shorten(message = '') {
  // Of the stack only our own files say something.
  const lines = message
    .trim()
    .split('\n')
    .filter((line) => !/^\s+at .*(node_modules|<anonymous>)/.test(line));
  const shown = lines.slice(0, shownLines).map((line) => `        ${line}`);
  return (lines.length > shownLines ? [...shown, `        (${lines.length - shownLines} more lines above)`] : shown).join('\n');
}
