import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { sayChampion } from '../pipeline/say-champion.ts';
import { storeEncoderWeights } from '../pipeline/store-encoder-weights.ts';
import { trainModel } from '../pipeline/train-model.ts';
import { workOf, type Session } from '../session.ts';
import { addTrainingOptions, trainingRequest, type TrainingFlags } from './training-options.ts';

export function trainCommand({ terminal, signal }: Session): Command {
  return addTrainingOptions(new Command('train').description('train a network on the prepared views')).action(
    async (flags: TrainingFlags, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const progress = terminal.progress();
        try {
          const training = await storeEncoderWeights(flags.encoderWeights, trainingRequest(flags), laptop, terminal.say);
          const model = await trainModel(
            laptop.clients,
            training,
            progress,
            terminal.say,
            (run) => {
              terminal.say(
                `run ${run.runId}: ${String(run.trainingViews)} views to train on, ${String(run.validationViews)} to validate, ${String(run.testViews)} to test; recipe ${run.recipeHash.slice(0, 12)}`,
              );
            },
            signal,
          );
          progress.close();
          terminal.print(`model ${model}`);
          await sayChampion(terminal, laptop.catalogue, model);
        } finally {
          progress.close();
        }
      });
    },
  );
}
