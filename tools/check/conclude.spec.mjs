import { describe, expect, it } from 'vitest';
import { inWorkspace } from '../workspace/paths.mjs';
import { conclude } from './conclude.mjs';
import { sumReports } from './sum-reports.mjs';

const spec = inWorkspace('libs', 'imaging', 'src', 'crop.spec.ts');
const file = (status, tests, message = '') => ({
  name: spec,
  status,
  message,
  assertionResults: tests.map((test) => ({
    status: test,
    fullName: `crops ${test}`,
    failureMessages: test === 'failed' ? ['expected 1 to be 2'] : [],
  })),
});
const nothing = { failedChecks: [], failedTasks: [], runnerFailed: false, sum: sumReports([]) };

describe('the sum of a test run', () => {
  it('adds up all reports', () => {
    const sum = sumReports([
      { testResults: [file('passed', ['passed', 'passed', 'pending'])] },
      { testResults: [file('failed', ['passed', 'failed', 'todo'])] },
    ]);
    expect(sum).toMatchObject({
      passed: 3,
      failed: 1,
      skipped: 2,
      failures: [{ file: spec, test: 'crops failed', message: 'expected 1 to be 2' }],
    });
  });

  it('counts a file that did not load as one failed test', () => {
    expect(sumReports([{ testResults: [file('failed', [], 'Cannot find module')] }])).toMatchObject({
      failed: 1,
      failures: [{ message: 'Cannot find module' }],
    });
  });

  it('counts each failed check, lint and type check as one failed test', () => {
    const { failed, lines } = conclude({
      ...nothing,
      failedChecks: ['format'],
      failedTasks: [{ project: 'imaging', target: 'lint' }],
      runnerFailed: true,
    });
    expect(failed).toBe(2);
    expect(lines).toEqual(['FAILED  format (see above)', 'FAILED  lint of imaging (see above)']);
  });

  it.each([
    ['test', 'crop.spec.ts'],
    ['e2e--crop', 'crop.e2e.spec.ts'],
  ])('counts a failed task %s once: by its own failed tests where it names them, else by itself', (target, name) => {
    const failedTasks = [{ project: 'imaging', target }];
    const failedIn = (path) => sumReports([{ testResults: [{ ...file('failed', ['failed']), name: path }] }]);
    const failed = (sum) => conclude({ ...nothing, failedTasks, runnerFailed: true, sum }).failed;
    expect(failed(failedIn(inWorkspace('libs', 'imaging', 'src', name)))).toBe(1);
    expect(failed(nothing.sum)).toBe(1);
    // What failed in another task says nothing of this one.
    expect(failed(failedIn(inWorkspace('libs', 'imaging', 'src', 'other.e2e.spec.ts')))).toBe(2);
    expect(failed(failedIn(inWorkspace('libs', 'kernel', 'src', name)))).toBe(2);
  });

  it('fails where the runner failed and nothing says why', () => {
    expect(conclude({ ...nothing, runnerFailed: true }).failed).toBe(1);
    expect(conclude(nothing).failed).toBe(0);
  });
});
