// Runs the line on a cluster while this or that breaks, and holds what it comes to against an undisturbed run:
//   npm run chaos -- [--minutes M] [--fault NAME]... [--seed N]
// Prints a table; exits with 1 on any loss, doubling or difference, which it names, and with 2 on wrong usage.
import { describeError } from '@mammoline/kernel';
import { isClean, formatTable } from './report.ts';
import { readOptions, type ChaosOptions } from './read-options.ts';
import { runChaos } from './run-chaos.ts';

let options: ChaosOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(describeError(error));
  process.exit(2);
}
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interruption.abort(new Error('interrupted'));
  });
try {
  const results = await runChaos(options, interruption.signal, (text) => {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  });
  console.log(formatTable(results));
  for (const { fault, rounds } of results) {
    for (const { kind, text } of rounds.flatMap((round) => round.findings).slice(0, 100)) console.log(`${fault.name}: ${kind}: ${text}`);
  }
  process.exitCode = results.every(isClean) ? 0 : 1;
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
// What hangs in a broken connection must not keep the verdict.
process.exit();
