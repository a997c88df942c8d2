// Runs the line on a cluster while this or that breaks, and holds what it comes to against an undisturbed run:
//   npm run chaos -- [--minutes M] [--fault NAME]... [--seed N]
// Prints a table; exits with 1 on any loss, doubling or difference, which it names, and with 2 on wrong usage.
import { describeError } from '@mammoline/kernel';
import { isClean, formatTable } from './report.ts';
import { readOptions, type ChaosOptions } from './read-options.ts';
import { runChaos } from './run-chaos.ts';
import { runToVerdict } from './run-to-verdict.ts';

let options: ChaosOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(describeError(error));
  process.exit(2);
}
await runToVerdict(async (signal, say) => {
  const results = await runChaos(options, signal, say);
  console.log(formatTable(results));
  for (const { fault, rounds } of results) {
    for (const { kind, text } of rounds.flatMap((round) => round.findings).slice(0, 100)) console.log(`${fault.name}: ${kind}: ${text}`);
  }
  return results.every(isClean);
});
