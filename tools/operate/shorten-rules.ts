/** Pauses and windows of the alerts as a rehearsal has them: nobody waits a quarter of an hour for each. Thresholds stay. */
export const rehearsalTimes = { holdFor: '10s', window: '1m' };

/** The rules with each `for:` and each window of a rate cut short. What they ask for, and from which number on, stays as it is. */
export function shortenRules(rules: string): string {
  return rules
    .replaceAll(/^( +for: )\d+[smhd]$/gm, `$1${rehearsalTimes.holdFor}`)
    .replaceAll(/\[\d+[mhd]\]/g, `[${rehearsalTimes.window}]`);
}
