import { Command } from 'commander';
import { invalid, type Uuid } from '@mammoline/kernel';
import { replayDeadLetters } from '@mammoline/service';
import { withLaptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import { sayDeadLetters } from '../pipeline/say-dead-letters.ts';
import { waitUntilQuiet } from '../pipeline/wait-until-quiet.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';
import { uuid } from './parse-uuid.ts';

export function deadLettersCommand(session: Session): Command {
  return new Command('dead-letters')
    .description('list the events that a stage could not take, and why')
    .action(async (_options: unknown, command: Command) => {
      await withLaptop(workOf(command), session.signal, async ({ catalogue }) => {
        const rows: (string | number)[][] = [];
        for await (const letter of allPages((page) => catalogue.deadLetters(page))) {
          if (letter.replayedAt === undefined)
            rows.push([letter.id, letter.stage, letter.key, letter.errorKind, letter.attempts, letter.error]);
        }
        session.terminal.print(
          rows.length === 0 ? 'no dead letters' : formatTable(['id', 'stage', 'about', 'kind', 'attempts', 'why'], rows),
        );
      });
    })
    .addCommand(replayCommand(session));
}

function replayCommand({ terminal, signal }: Session): Command {
  return new Command('replay')
    .description('hand dead letters to their stages again, all or the named ones, and wait')
    .argument('[id...]', 'which; all where none is named', (text: string, before: readonly Uuid[] | undefined) => [
      ...(before ?? []),
      uuid(text),
    ])
    .action(async (named: readonly Uuid[], _options: unknown, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const letters = await replayDeadLetters(laptop.catalogue, named.length === 0 ? undefined : named);
        const progress = terminal.progress();
        try {
          await waitUntilQuiet(laptop, progress, signal);
        } finally {
          progress.close();
        }
        terminal.print(`${String(letters.length)} dead letters were replayed`);
        await sayDeadLetters(terminal, laptop.catalogue);
        const unknown = named.filter((id) => !letters.some((letter) => letter.id === id));
        if (unknown.length > 0) throw invalid(`no dead letter ${unknown.join(', ')}; "mammoline dead-letters" lists those that there are`);
      });
    });
}
