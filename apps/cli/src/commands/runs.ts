import { trainingV1 } from '@mammoline/contracts';
import { Command } from 'commander';
import { training } from '../clients/laptop-clients.ts';
import { withLaptop } from '../clients/open-laptop.ts';
import { workOf, type Session } from '../session.ts';
import { uuid } from './parse-uuid.ts';

/** Training runs that `train` has asked for. */
export function runsCommand({ terminal, signal }: Session): Command {
  return new Command('runs').description('look after training runs').addCommand(
    new Command('cancel')
      .description('end a training run that waits or is under way; nothing is published')
      .argument('<run>', 'the run, as "train" named it', uuid)
      .action(async (runId: string, _options: unknown, command: Command) => {
        await withLaptop(workOf(command), signal, async ({ clients }) => {
          const { state, wasUnderWay } = await clients.call(training, (client) => client.cancelTraining({ runId }, { signal }));
          const ended = state === trainingV1.RunState.RUN_STATE_SUCCEEDED ? 'with a model' : 'without one';
          terminal.print(wasUnderWay ? `run ${runId} is cancelled` : `run ${runId} had ended before, ${ended}`);
        });
      }),
  );
}
