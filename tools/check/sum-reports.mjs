/**
 * Sums vitest's JSON reports. A file that failed as a whole (it did not load, a hook threw) counts as one failed test.
 * Gives back the counts and, for each failure, where it is and its message.
 */
export function sumReports(reports) {
  const sum = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of reports.flatMap((report) => report.testResults)) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    sum.passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    sum.skipped += file.assertionResults.filter((test) => ['pending', 'skipped', 'todo', 'disabled'].includes(test.status)).length;
    sum.failures.push(...failed.map((test) => ({ file: file.name, test: test.fullName, message: test.failureMessages.join('\n') })));
    if (file.status === 'failed' && failed.length === 0)
      sum.failures.push({ file: file.name, test: 'the file itself', message: file.message });
  }
  sum.failed = sum.failures.length;
  return sum;
}
