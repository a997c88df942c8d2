import { Command } from 'commander';
import { prediction } from '../clients/laptop-clients.ts';
import { withLaptop } from '../clients/open-laptop.ts';
import { waitUntilQuiet } from '../pipeline/wait-until-quiet.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';
import { modelReference } from './model-reference.ts';

export function evaluateCommand({ terminal, signal }: Session): Command {
  return new Command('evaluate')
    .description("score a model's predictions of its test patients against the merged masks")
    .option('--model <id>', 'the model version, by id or alias (default: champion)', modelReference)
    .action(async (options: { model?: string }, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const progress = terminal.progress();
        try {
          await waitUntilQuiet(laptop, progress, signal);
        } finally {
          progress.close();
        }
        const scores = await laptop.clients.call(prediction, (client) =>
          client.evaluate({ modelVersionId: options.model ?? '' }, { signal }),
        );
        const rows = scores.perView.map((view) => [
          view.caseName,
          (view.score?.dice ?? 0).toFixed(3),
          (view.score?.iou ?? 0).toFixed(3),
          Number(view.score?.truthAreaPx ?? 0n),
          Number(view.predictedAreaPx),
        ]);
        terminal.print(formatTable(['case', 'Dice', 'IoU', 'truth px', 'predicted px'], rows));
        terminal.print('');
        terminal.print(`model ${scores.modelVersionId}, ${String(scores.views)} views`);
        terminal.print(
          `Dice mean ${scores.meanDice.toFixed(3)}, median ${scores.medianDice.toFixed(3)}; IoU mean ${scores.meanIou.toFixed(3)}, median ${scores.medianIou.toFixed(3)}`,
        );
        for (const name of scores.unscored) terminal.say(`not scored (no prediction or no mask): ${name}`);
      });
    });
}
