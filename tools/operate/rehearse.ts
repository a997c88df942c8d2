// Breaks a cluster of one machine in five ways, with Prometheus and the alerts beside it, and prints what an operator sees, as Markdown:
//   npm run rehearse -- [broker] [store] [database] [dead-letters] [predictor]
// Prometheus comes from Debian (`apt-get install prometheus`), Kafka and the store as `mammoline up --cluster` has them. The alerts' `for:` and windows are cut
// short (shorten-rules.ts). Exits with 1 where an alert that belongs to a fault did not fire.
import { runToVerdict } from '../chaos/run-to-verdict.ts';
import { operatorFaults } from './operator-faults.ts';
import { rehearsalToMarkdown } from './rehearsal-to-markdown.ts';
import { runRehearsal } from './run-rehearsal.ts';

const names = process.argv.slice(2);
const known = operatorFaults().map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`found ${unknown.join(', ')}; expected some of ${known.join(', ')}`);
  process.exit(2);
}
await runToVerdict(async (signal, say) => {
  const courses = await runRehearsal(names, signal, say);
  console.log(rehearsalToMarkdown(courses));
  const silent = courses.flatMap(({ fault, alerts }) =>
    fault.expected.filter((name) => !alerts.some((alert) => alert.name === name)).map((name) => `${fault.name}: ${name} did not fire`),
  );
  for (const line of silent) console.error(line);
  return silent.length === 0;
});
