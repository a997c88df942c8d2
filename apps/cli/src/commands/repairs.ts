import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import { rowWithoutFiles } from '../pipeline/say-rows-without-files.ts';
import { workOf, type Session } from '../session.ts';

export function repairsCommand({ terminal, signal }: Session): Command {
  return new Command('repairs')
    .description('list what was found wrong in the source and how it was mended, and what the tables promise that has not come')
    .option('--kind <kind>', 'only repairs of this kind')
    .action(async (options: { kind?: string }, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        let count = 0;
        for await (const { kind, subject, was, now } of allPages((page) => catalogue.listRepairs(options.kind, page))) {
          terminal.print(`${kind}  ${subject}\n  was ${was}\n  now ${now}`);
          count += 1;
        }
        if (options.kind === undefined || options.kind === rowWithoutFiles) {
          for await (const row of allPages((page) => catalogue.rowsWithoutFiles(page))) {
            terminal.print(`${rowWithoutFiles}  ${row}`);
            count += 1;
          }
        }
        terminal.print(count === 0 ? 'no repairs' : `${String(count)} repairs`);
      });
    });
}
