import type { ProgressStep } from './progress.ts';

/** `import: 120 of 500 (24 %), 3 duplicates` */
export function formatStep(name: string, step: ProgressStep): string {
  const share = step.total === undefined || step.total === 0 ? '' : ` (${String(Math.floor((100 * step.done) / step.total))} %)`;
  const of = step.total === undefined ? '' : ` of ${String(step.total)}`;
  const note = step.note === undefined || step.note === '' ? '' : `, ${step.note}`;
  return `${name}: ${String(step.done)}${of}${share}${note}`;
}
