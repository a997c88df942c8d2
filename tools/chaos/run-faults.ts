import { describeError } from '@mammoline/kernel';
import { createRandom } from '@mammoline/testing/random';
import type { Fault } from './fault.ts';
import type { FaultResult } from './report.ts';
import { runRound, type Round, type Stand, type Undisturbed } from './run-round.ts';

export interface Limits {
  readonly seed: number;
  /** No round is begun after this time. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Runs the faults in turn, one round of each, then the second round of each, until each was done as often as it wants or the time is over. */
export async function runFaults(
  stand: Stand,
  faults: readonly Fault[],
  undisturbed: Undisturbed,
  { seed, deadlineMs, signal }: Limits,
): Promise<readonly FaultResult[]> {
  const rounds = new Map<Fault, Round[]>(faults.map((fault) => [fault, []]));
  const wants = (fault: Fault): number => {
    const done = rounds.get(fault) ?? [];
    // A line that is stuck would fail all that follows.
    if (stand.infrastructure.brokers < (fault.brokers ?? 1) || done.some(({ times }) => times === 0)) return 0;
    return Math.min(
      fault.timesARound,
      done.reduce((left, { times }) => left - times, fault.times),
    );
  };
  const isLate = (): boolean => Date.now() > deadlineMs;
  while (!isLate() && faults.some((fault) => wants(fault) > 0)) {
    for (const fault of faults) {
      const done = rounds.get(fault);
      const times = wants(fault);
      if (done === undefined || times <= 0 || isLate()) continue;
      signal.throwIfAborted();
      stand.say(`${fault.name}: run ${String(done.length + 1)}`);
      const round = await runRound(stand, fault, times, undisturbed, createRandom('chaos', seed, fault.name, done.length)).catch(failed);
      done.push(round);
      const verdict = round.findings.length === 0 ? 'as undisturbed' : `${String(round.findings.length)} findings`;
      stand.say(`${fault.name}: ${String(round.times)} times in ${(round.durationMs / 1000).toFixed(1)} s, ${verdict}`);
      for (const { kind, text } of round.findings.slice(0, 20)) stand.say(`  ${kind}: ${text}`);
    }
  }
  return faults.map((fault) => {
    const done = rounds.get(fault) ?? [];
    if (done.length > 0) return { fault, rounds: done };
    const needed = fault.brokers ?? 1;
    const needs = needed > stand.infrastructure.brokers ? `it needs ${String(needed)} brokers` : 'the time was over';
    return { fault, rounds: done, skipped: `not run: ${needs}` };
  });
}

const failed = (error: unknown): Round => ({
  times: 0,
  goesOnAfterMs: [],
  wholeAfterMs: Number.NaN,
  durationMs: 0,
  findings: [{ kind: 'unfinished', text: `the run came to no end: ${describeError(error)}` }],
});
