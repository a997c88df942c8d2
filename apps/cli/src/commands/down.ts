import { Command } from 'commander';
import { stopLaptop } from '../laptop/stop-laptop.ts';
import { workOf, type Session } from '../session.ts';

export function downCommand({ terminal }: Session): Command {
  return new Command('down')
    .description('stop the services and Postgres; nothing that was done is lost')
    .action(async (_options: unknown, command: Command) => {
      const work = workOf(command);
      terminal.print((await stopLaptop(work)) ? `down: the services in ${work.root} have stopped` : `nothing was running in ${work.root}`);
    });
}
