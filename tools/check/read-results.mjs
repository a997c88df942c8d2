import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../workspace/paths.mjs';

const reports = inCache('test-results');
const marks = inCache('failed-tasks');

const list = (folder) => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/** Forgets the results of earlier runs; Nx puts back the reports of what it need not run again. */
export function forgetResults() {
  for (const folder of [reports, marks]) rmSync(folder, { recursive: true, force: true });
}

/** The vitest reports of all projects. */
export const readReports = () => list(reports).map((name) => JSON.parse(readFileSync(path.join(reports, name), 'utf8')));

/** The tasks that failed, as `{project, target}`. */
export const readFailedTasks = () =>
  list(marks).map((name) => {
    const [project, target] = name.split('.');
    return { project, target };
  });
