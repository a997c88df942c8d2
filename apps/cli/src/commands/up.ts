import { Command } from 'commander';
import { startLaptop } from '../laptop/start-laptop.ts';
import { workOf, type Session } from '../session.ts';
import { addLineOptions, wantedSettings, type LineFlags } from './line-options.ts';

export function upCommand({ terminal, signal }: Session): Command {
  const command = new Command('up').description(
    'start Postgres and the six services, and wait until they are ready; heals what a crash left behind',
  );
  return addLineOptions(command).action(async (flags: LineFlags, self: Command) => {
    const work = workOf(self);
    const { startedHere } = await startLaptop(work, wantedSettings(flags), terminal.say, signal);
    terminal.print(startedHere ? `up: the services run in ${work.root}` : `already up in ${work.root}`);
  });
}
