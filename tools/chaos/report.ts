import type { Finding } from '@mammoline/testing/pipeline';
import type { Fault } from './fault.ts';
import type { Round } from './run-round.ts';

/** All rounds of a fault together. */
export interface FaultResult {
  readonly fault: Fault;
  readonly rounds: readonly Round[];
  /** Why it was not run. */
  readonly skipped?: string;
}

export const isClean = ({ rounds }: FaultResult): boolean => rounds.every(({ findings }) => findings.length === 0);

/** A table in Markdown, as docs/reference/guarantees.md has it. */
export function formatTable(results: readonly FaultResult[]): string {
  const lines = results.map(({ fault, rounds, skipped }) => {
    const count = (...kinds: Finding['kind'][]): number =>
      rounds.flatMap((round) => round.findings).filter(({ kind }) => kinds.includes(kind)).length;
    const times = rounds.reduce((sum, round) => sum + round.times, 0);
    const cells = [
      fault.title,
      skipped ?? `${String(times)} in ${String(rounds.length)} runs`,
      range(rounds.flatMap((round) => round.goesOnAfterMs)),
      range(rounds.map((round) => round.wholeAfterMs)),
      String(count('lost')),
      String(count('doubled')),
      String(count('changed', 'unfinished', 'dead')),
      skipped !== undefined ? '' : isClean({ fault, rounds }) ? 'as undisturbed' : 'FAILED',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| Fault | Times | Work goes on after, median / longest | At rest with all replicas after, median / longest | Lost | Doubled | Otherwise wrong | Result |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function range(timesMs: readonly number[]): string {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : (ms / 1000).toFixed(1));
  return `${seconds(sorted[Math.floor(sorted.length / 2)])} / ${seconds(sorted.at(-1))} s`;
}
