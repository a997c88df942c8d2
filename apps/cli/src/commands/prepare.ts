import { preparationRecipe } from '@mammoline/imaging';
import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { writePrepared } from '../pipeline/write-prepared.ts';
import { workOf, type Session } from '../session.ts';
import { wholeNumber } from './parse-number.ts';

export function prepareCommand({ terminal, signal }: Session): Command {
  return new Command('prepare')
    .description('write the prepared mammograms and masks as 8-bit PNGs named by case, for looking at and for other tools')
    .requiredOption('--output <dir>', 'gets full-size/ and network-size/')
    .option('--image-size <pixels>', 'side of the network-size pictures', wholeNumber(16), preparationRecipe.networkSidePx)
    .action(async (options: { output: string; imageSize: number }, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const progress = terminal.progress();
        try {
          const { mammograms, masks } = await writePrepared(
            laptop,
            { output: options.output, networkSidePx: options.imageSize },
            progress,
            signal,
          );
          progress.close();
          terminal.print(`${String(mammograms)} mammograms and ${String(masks)} masks, each at two sizes, in ${options.output}`);
        } finally {
          progress.close();
        }
      });
    });
}
