import type { FaultCourse } from './run-rehearsal.ts';

/** What was seen of each fault, for docs/how-to/operate.md. */
export function rehearsalToMarkdown(courses: readonly FaultCourse[]): string {
  return courses.map(section).join('\n\n');
}

function section({ fault, alerts, readiness, deepest, deadLetters, mendedAfterS, quietAfterS }: FaultCourse): string {
  const rows = alerts.map(({ name, summary, firedAfterS, endedAfterS }) => {
    const ended = endedAfterS === undefined ? 'still on' : `${String(endedAfterS)} s`;
    return `| ${name} | ${summary} | ${String(firedAfterS)} s | ${ended} |`;
  });
  return [
    `### ${fault.title}`,
    '',
    '| Alert | What it said | Fired after | Ended after |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `- \`/readyz\` of the ingestor: \`${readiness}\``,
    `- Waited at the most: ${list(deepest)}`,
    `- Open dead letters: ${list(deadLetters)}`,
    `- Mended after ${String(mendedAfterS)} s; ${quietAfterS === undefined ? 'its alerts were on still three minutes later' : `its alerts ended ${String(quietAfterS)} s later`}`,
  ].join('\n');
}

function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0 ? 'none' : entries.map(([stage, count]) => `${stage} ${String(count)}`).join(', ');
}
