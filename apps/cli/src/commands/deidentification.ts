import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import { workOf, type Session } from '../session.ts';

export function deidentificationCommand({ terminal, signal }: Session): Command {
  return new Command('deidentification')
    .description('what de-identification did to each file that was imported: a line of JSON a file, and a summary')
    .action(async (_: object, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        let files = 0;
        let unstated = 0;
        let refused = 0;
        for await (const report of allPages((page) => catalogue.listDeidentifications(page))) {
          terminal.print(JSON.stringify(report));
          files += 1;
          if (report.burnedIn !== 'NO') unstated += 1;
        }
        for await (const { sourcePath, reason, detail } of allPages((page) => catalogue.listSourceFiles('REJECTED', page))) {
          if (reason !== 'burned-in') continue;
          terminal.print(JSON.stringify({ sourcePath, refused: reason, detail }));
          refused += 1;
        }
        terminal.say(
          `${String(files)} files de-identified; ${String(unstated)} of them do not deny names burnt into their pixels: have them looked at; ${String(refused)} refused that say so`,
        );
      });
    });
}
