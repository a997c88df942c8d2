import { expect, it } from 'vitest';
import { judgeAudit } from './judge-audit.mjs';

const reportOf = (...severities) =>
  JSON.stringify({
    vulnerabilities: Object.fromEntries(
      severities.map((severity, at) => [`p${at}`, { name: `p${at}`, severity, range: '<2', fixAvailable: true }]),
    ),
    metadata: { vulnerabilities: { total: severities.length } },
  });

it('fails for high and critical ones alone, and names them', () => {
  expect(judgeAudit(reportOf())).toEqual({ lines: ['vulnerabilities: 0 high or critical of 0'], isClean: true });
  expect(judgeAudit(reportOf('low', 'moderate')).isClean).toBe(true);
  const { lines, isClean } = judgeAudit(reportOf('low', 'critical', 'high'));
  expect([isClean, lines]).toEqual([
    false,
    ['p1 <2: critical; npm audit fix mends it', 'p2 <2: high; npm audit fix mends it', 'vulnerabilities: 2 high or critical of 3'],
  ]);
});

it('says that it could not ask', () => {
  const lines = [expect.stringContaining('skipped, since the registry has no answer to npm audit: 405 Method Not Allowed')];
  expect(judgeAudit(JSON.stringify({ message: '405 Method Not Allowed - POST', statusCode: 405 }))).toEqual({ lines, isClean: true });
  expect(judgeAudit('')).toEqual({ lines: [expect.stringContaining('skipped')], isClean: true });
});
