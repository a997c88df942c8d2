import { Command } from 'commander';
import { startLaptop } from '../laptop/start-laptop.ts';
import { workOf, type Session } from '../session.ts';

export function upCommand({ terminal, signal }: Session): Command {
  return new Command('up')
    .description('start Postgres and the six services, and wait until they are ready; heals what a crash left behind')
    .action(async (_options: unknown, command: Command) => {
      const work = workOf(command);
      const { startedHere } = await startLaptop(work, terminal.say, signal);
      terminal.print(startedHere ? `up: the services run in ${work.root}` : `already up in ${work.root}`);
    });
}
