// Breaks a cluster of one machine in five ways, with Prometheus and the alerts beside it, and prints what an operator sees, as Markdown:
//   npm run rehearse -- [broker] [store] [database] [dead-letters] [predictor]
// Prometheus comes from Debian (`apt-get install prometheus`), Kafka and the store as `mammoline up --cluster` has them. The alerts' `for:` and windows are cut
// short (shorten-rules.ts). Exits with 1 where an alert that belongs to a fault did not fire.
import { describeError } from '@mammoline/kernel';
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
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interruption.abort(new Error('interrupted'));
  });
try {
  const courses = await runRehearsal(names, interruption.signal, (text) => {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  });
  console.log(rehearsalToMarkdown(courses));
  for (const { fault, alerts } of courses) {
    const silent = fault.expected.filter((name) => !alerts.some((alert) => alert.name === name));
    if (silent.length === 0) continue;
    console.error(`${fault.name}: ${silent.join(', ')} did not fire`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
// What hangs in a broken connection must not keep the result.
process.exit();
