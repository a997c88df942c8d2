import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFuzz } from './run-fuzz.ts';

const conformanceDirectory = join(import.meta.dirname, '../../../../../shared/data/dicom-conformance');

test('20,000 damaged files are read or refused: no crash, no hang, no growth of memory', { timeout: 300_000 }, async () => {
  // On a busy machine fewer; `npm run fuzz` takes as many as are asked for.
  const report = await runFuzz({ cases: 20_000, seed: 1, maxMs: 90_000, conformanceDirectory });
  console.info(`${String(report.cases)} cases: ${JSON.stringify(report.outcomes)}`);
  expect(report.findings.map(({ index, what }) => `${String(index)}: ${what}`)).toEqual([]);
  expect(report.outcomes['read']).toBeGreaterThan(0);
  expect(report.outcomes['pixels refused']).toBeGreaterThan(0);
  const [warm, end] = report.rssBytes;
  expect(end - warm).toBeLessThan(300 * 1024 * 1024);
});
