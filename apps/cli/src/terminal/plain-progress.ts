import { formatStep } from './format-step.ts';
import type { ProgressDisplay, ProgressStep } from './progress.ts';

interface Shown {
  readonly line: string;
  readonly tenth: number;
  readonly atMs: number;
}

/**
 * Progress as lines, for logs and pipes: of each piece of work the first state, each further 10 %, what has changed after 10 s, and the
 * last state; never two lines of one piece within a second but for its end.
 */
export function openPlainProgress(write: (line: string) => void, nowMs: () => number): ProgressDisplay {
  const shown = new Map<string, Shown>();
  const latest = new Map<string, ProgressStep>();
  const show = (name: string, step: ProgressStep): void => {
    const line = formatStep(name, step);
    if (shown.get(name)?.line === line) return;
    write(line);
    shown.set(name, { line, tenth: tenthOf(step), atMs: nowMs() });
  };
  return {
    update: (name, step) => {
      latest.set(name, step);
      const before = shown.get(name);
      if (before === undefined) {
        show(name, step);
        return;
      }
      const sinceMs = nowMs() - before.atMs;
      const finished = step.total !== undefined && step.done >= step.total && before.tenth < 10;
      if (finished || (sinceMs >= 1_000 && tenthOf(step) > before.tenth) || sinceMs >= 10_000) show(name, step);
    },
    close: () => {
      for (const [name, step] of latest) show(name, step);
    },
  };
}

function tenthOf(step: ProgressStep): number {
  return step.total === undefined || step.total === 0 ? 0 : Math.floor((10 * step.done) / step.total);
}
