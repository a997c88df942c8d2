import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';

export function repairsCommand({ terminal, signal }: Session): Command {
  return new Command('repairs')
    .description('list what was found wrong in the source and how it was mended')
    .option('--kind <kind>', 'only repairs of this kind')
    .action(async (options: { kind?: string }, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        const rows: string[][] = [];
        for await (const repair of allPages((page) => catalogue.listRepairs(options.kind, page))) {
          rows.push([repair.kind, repair.subject, repair.was, repair.now]);
        }
        terminal.print(rows.length === 0 ? 'no repairs' : formatTable(['kind', 'subject', 'was', 'now'], rows));
      });
    });
}
