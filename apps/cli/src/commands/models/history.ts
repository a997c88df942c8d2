import { Command } from 'commander';
import { withLaptop } from '../../clients/open-laptop.ts';
import { allPages } from '../../pipeline/all-pages.ts';
import { workOf, type Session } from '../../session.ts';
import { formatTable } from '../../terminal/format-table.ts';

export function historyCommand({ terminal, signal }: Session): Command {
  return new Command('history')
    .description('list the moves of the aliases, the latest first')
    .action(async (_options: unknown, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        const rows: string[][] = [];
        for await (const { alias, cause, from, to, movedAt } of allPages((page) => catalogue.listModelMoves(undefined, page)))
          rows.push([movedAt.toISOString().slice(0, 19), alias, cause.toLowerCase(), from ?? '-', to]);
        terminal.print(rows.length === 0 ? 'no moves yet' : formatTable(['moved', 'alias', 'cause', 'from', 'to'], rows));
      });
    });
}
