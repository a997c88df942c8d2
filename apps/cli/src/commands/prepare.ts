import { preparationRecipe } from '@mammoline/imaging';
import { openPixelWorkers } from '@mammoline/preparation';
import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { writePrepared } from '../pipeline/write-prepared.ts';
import { workOf, type Session } from '../session.ts';
import { wholeNumber } from './parse-number.ts';

interface PrepareFlags {
  readonly output: string;
  readonly imageSize: number;
  readonly fullSize?: boolean;
}

export function prepareCommand({ terminal, signal }: Session): Command {
  return new Command('prepare')
    .description('write the prepared mammograms and masks as 8-bit PNGs named by case, for looking at and for other tools')
    .requiredOption('--output <dir>', 'gets network-size/')
    .option('--image-size <pixels>', 'side of the network-size pictures', wholeNumber(16), preparationRecipe.networkSidePx)
    .option('--full-size', "also write full-size/: the same at the source's resolution")
    .action(async ({ output, imageSize, fullSize = false }: PrepareFlags, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const progress = terminal.progress();
        const pixels = openPixelWorkers();
        try {
          const recipe = { ...preparationRecipe, networkSidePx: imageSize, fullSize };
          const { mammograms, masks } = await writePrepared(laptop, pixels, { output, recipe }, progress, signal);
          progress.close();
          terminal.print(
            `${String(mammograms)} mammograms and ${String(masks)} masks${fullSize ? ', each at two sizes,' : ''} in ${output}`,
          );
        } finally {
          progress.close();
          await pixels.close();
        }
      });
    });
}
