import type { ToldMetric } from './parse-metrics.ts';

/** Base units, and what else a gauge of ours may end in: the thing that it counts. A histogram ends in a unit. */
const units = ['seconds', 'bytes', 'ratio'];
const counted = ['info', 'depth', 'lag', 'flight', 'letters', 'ready'];
const otherUnits = /_(ms|milliseconds|micros|minutes|hours|days|kb|mb|kilobytes|megabytes|percent|percentage)(_|$)/;

/**
 * Whether metrics keep to Prometheus' conventions (https://prometheus.io/docs/practices/naming): a prefix, snake case, base units as suffix, `_total` for
 * counters alone, a help that is a sentence. Node's own metrics are held to having a help.
 * @returns one line for each fault
 */
export function lintMetrics(metrics: readonly ToldMetric[]): readonly string[] {
  return metrics.flatMap(({ name, type, help }) => {
    if (help.trim() === '') return [`${name}: has no help`];
    return name.startsWith('mammoline_') ? lintOwn(name, type, help) : lintForeign(name);
  });
}

const lintForeign = (name: string): readonly string[] => (/^(process|nodejs)_/.test(name) ? [] : [`${name}: lacks the prefix mammoline_`]);

function lintOwn(name: string, type: string, help: string): readonly string[] {
  const faults: string[] = [];
  const isTotal = name.endsWith('_total');
  const last = name.slice(name.lastIndexOf('_') + 1);
  if (!/^[a-z]+(_[a-z]+)+$/.test(name)) faults.push('is not snake case of lower-case words');
  if (otherUnits.test(name)) faults.push('is not in a base unit (seconds, bytes, ratio)');
  if (/_(count|sum|bucket)$/.test(name)) faults.push('ends as the series of a histogram do');
  if (type === 'counter' && !isTotal) faults.push('is a counter and does not end in _total');
  if (type !== 'counter' && isTotal) faults.push(`ends in _total and is a ${type}`);
  if (type === 'histogram' && !units.includes(last)) faults.push(`is a histogram and does not end in a unit (${units.join(', ')})`);
  if (type === 'gauge' && ![...units, ...counted].includes(last))
    faults.push('is a gauge and ends neither in a unit nor in what it counts');
  if (!['counter', 'gauge', 'histogram'].includes(type)) faults.push(`is a ${type}: expected a counter, a gauge or a histogram`);
  if (!/^[A-Z0-9].{14,}\.$/.test(help)) faults.push(`has the help ${JSON.stringify(help)}, expected a sentence`);
  return faults.map((fault) => `${name}: ${fault}`);
}
