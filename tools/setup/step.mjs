/** What a step gives back when there was nothing to do. */
export const upToDate = 'up to date';

/** Runs one step of the set-up; prints a line when it starts something that takes a while (`say`), and one when it is done. */
export async function runStep(name, work, print = console.log) {
  const startMs = Date.now();
  const line = (text) => print(`  ${name.padEnd(18)} ${text}`);
  const result = await work(line);
  const seconds = (Date.now() - startMs) / 1000;
  line(result === upToDate || seconds < 1 ? result : `${result} (${seconds.toFixed(0)} s)`);
  return result;
}
