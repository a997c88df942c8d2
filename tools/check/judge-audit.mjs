/**
 * What `npm audit --json` printed, in lines.
 * @returns {{lines: string[], isClean: boolean}} clean also where the registry could not be asked; the line says so
 */
export function judgeAudit(json) {
  const report = parse(json);
  const severities = report?.metadata?.vulnerabilities;
  if (severities === undefined)
    return {
      lines: [`vulnerabilities: skipped, since the registry has no answer to npm audit: ${report?.message ?? 'no JSON came'}`],
      isClean: true,
    };
  const found = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) => severity === 'high' || severity === 'critical');
  const lines = found.map(({ name, severity, range, fixAvailable }) => {
    return `${name} ${range}: ${severity}; ${fixAvailable === false ? 'no version mends it yet' : 'npm audit fix mends it'}`;
  });
  return { lines: [...lines, `vulnerabilities: ${found.length} high or critical of ${severities.total}`], isClean: found.length === 0 };
}

function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
