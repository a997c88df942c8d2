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

  it.each(['test', 'e2e--run-service'])(
    'counts a failed task %s once: by its failed tests where it names them, else by itself',
    (target) => {
      const failedTasks = [{ project: 'imaging', target }];
      const named = sumReports([{ testResults: [file('failed', ['failed'])] }]);
      expect(conclude({ ...nothing, failedTasks, runnerFailed: true, sum: named }).failed).toBe(1);
      expect(conclude({ ...nothing, failedTasks, runnerFailed: true }).failed).toBe(1);
    },
  );

  it('fails where the runner failed and nothing says why', () => {
    expect(conclude({ ...nothing, runnerFailed: true }).failed).toBe(1);
    expect(conclude(nothing).failed).toBe(0);
  });
});
