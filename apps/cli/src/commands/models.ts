import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';
import { cardCommand } from './models/card.ts';
import { compareCommand } from './models/compare.ts';
import { ensembleCommand } from './models/ensemble.ts';
import { exportCommand } from './models/export.ts';
import { historyCommand } from './models/history.ts';
import { promoteCommand } from './models/promote.ts';
import { rollbackCommand } from './models/rollback.ts';

/** `models` lists; its subcommands look after the versions. */
export function modelsCommand(session: Session): Command {
  const { terminal, signal } = session;
  return new Command('models')
    .description('list the trained model versions, newest first')
    .action(async (_options: unknown, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        const rows: (string | number)[][] = [];
        for await (const model of allPages((page) => catalogue.listModels(page))) {
          const kind = model.abnormalityKind ?? 'all';
          rows.push([
            model.id,
            model.memberIds.length === 0 ? model.network : `${String(model.memberIds.length)} of ${model.network}`,
            kind.toLowerCase(),
            model.imageSize,
            model.parameters,
            model.memberIds.length === 0 ? model.bestEpoch : '-',
            model.validationDice.toFixed(3),
            model.createdAt.toISOString().slice(0, 19),
            model.aliases.join(', '),
          ]);
        }
        terminal.print(
          rows.length === 0
            ? 'no models yet; make one with "mammoline train"'
            : formatTable(['model', 'network', 'kind', 'size', 'parameters', 'best epoch', 'validation Dice', 'made', 'aliases'], rows),
        );
      });
    })
    .addCommand(ensembleCommand(session))
    .addCommand(promoteCommand(session))
    .addCommand(rollbackCommand(session))
    .addCommand(historyCommand(session))
    .addCommand(compareCommand(session))
    .addCommand(exportCommand(session))
    .addCommand(cardCommand(session));
}
