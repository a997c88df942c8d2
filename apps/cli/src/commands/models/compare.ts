import { Command } from 'commander';
import { models } from '../../clients/laptop-clients.ts';
import { withLaptop } from '../../clients/open-laptop.ts';
import { workOf, type Session } from '../../session.ts';
import { formatTable } from '../../terminal/format-table.ts';
import { modelReference } from '../model-reference.ts';

export function compareCommand({ terminal, signal }: Session): Command {
  return new Command('compare')
    .description('score two model versions side by side on the test views that both were scored on')
    .argument('<a>', 'a model version, by id or alias', modelReference)
    .argument('<b>', 'another', modelReference)
    .action(async (a: string, b: string, _options: unknown, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ clients }) => {
        const compared = await clients.call(models, (client) => client.compare({ a, b }, { signal }));
        const views = compared.views.map((view) => [view.caseName, ...side(view.a?.dice, view.b?.dice), ...side(view.a?.iou, view.b?.iou)]);
        if (views.length > 0) terminal.print(`${formatTable(['case', 'Dice A', 'Dice B', 'B - A', 'IoU A', 'IoU B', 'B - A'], views)}\n`);
        const lines = [
          [`views in common`, views.length, views.length, '-'],
          ['mean Dice', ...side(compared.a?.meanDice, compared.b?.meanDice)],
          ['median Dice', ...side(compared.a?.medianDice, compared.b?.medianDice)],
          ['mean IoU', ...side(compared.a?.meanIou, compared.b?.meanIou)],
          ['median IoU', ...side(compared.a?.medianIou, compared.b?.medianIou)],
          ['validation Dice (own patients)', ...side(compared.a?.validationDice, compared.b?.validationDice)],
        ];
        terminal.print(formatTable(['', 'A', 'B', 'B - A'], lines));
        terminal.print(`A: ${compared.a?.modelVersionId ?? ''}\nB: ${compared.b?.modelVersionId ?? ''}`);
        if (compared.notCompared.length > 0)
          terminal.say(`not compared (a test view of one alone, or not scored by both): ${compared.notCompared.join(', ')}`);
      });
    });
}

const side = (a = 0, b = 0): string[] => [a, b, b - a].map((value) => value.toFixed(3));
