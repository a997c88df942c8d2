import { invalid } from '@mammoline/kernel';
import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { predictFiles } from '../pipeline/predict-files.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';
import { modelReference } from './model-reference.ts';

export function predictCommand({ terminal, signal }: Session): Command {
  return new Command('predict')
    .description('predict tumour masks for mammograms that are not in the catalogue; for research, not for diagnosis')
    .argument('<file...>', 'DICOM files')
    .requiredOption(
      '--output <dir>',
      'gets {name}_MASK.png, {name}_OVERLAY.png, of models that look more than once {name}_UNCERTAINTY.png, and predictions.json',
    )
    .option('--model <id>', 'the model version, by id or alias (default: champion)', modelReference)
    .action(async (files: string[], options: { output: string; model?: string }, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ clients }) => {
        const progress = terminal.progress();
        try {
          const { predictions, refused } = await predictFiles(
            clients,
            { files, output: options.output, modelVersionId: options.model ?? '' },
            progress,
            signal,
          );
          progress.close();
          const rows = predictions.map((one) => [
            one.file,
            one.probability.toFixed(3),
            one.regions.length,
            one.areaPx,
            one.areaMm2?.toFixed(1) ?? '-',
            one.uncertainty === undefined ? '-' : `${one.uncertainty.toFixed(3)}${one.isAbstained === true ? ', look' : ''}`,
          ]);
          if (rows.length > 0) terminal.print(formatTable(['file', 'probability', 'regions', 'area px', 'area mm²', 'uncertainty'], rows));
          for (const { file, reason } of refused) terminal.say(`${file}: ${reason}`);
          if (refused.length > 0) throw invalid(`${String(refused.length)} of ${String(files.length)} files could not be predicted`);
        } finally {
          progress.close();
        }
      });
    });
}
