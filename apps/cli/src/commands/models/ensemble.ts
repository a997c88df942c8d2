import { bug } from '@mammoline/kernel';
import { flipChoices, type Looks } from '@mammoline/segmentation';
import { Command, Option } from 'commander';
import { models } from '../../clients/laptop-clients.ts';
import { withLaptop } from '../../clients/open-laptop.ts';
import { sayChampion } from '../../pipeline/say-champion.ts';
import { workOf, type Session } from '../../session.ts';
import { modelReference } from '../model-reference.ts';
import { positiveNumber } from '../parse-number.ts';

const references = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), modelReference(text)];

export function ensembleCommand({ terminal, signal }: Session): Command {
  return new Command('ensemble')
    .description(
      'make a version of other versions: it predicts the mean of what they say of a mammogram, its mirror images and other sizes',
    )
    .argument('<model...>', 'its members, by id or alias: folds of a cross-validation, or versions of several seeds', references)
    .addOption(
      new Option('--flips <which>', 'mirror images that it looks at too: all (four looks a member), across (two), none (one)')
        .choices([...flipChoices])
        .default('all'),
    )
    .option(
      '--sizes <shares>',
      'sizes in which it looks at each, as shares of the side that its members are trained for, with commas between: 1,.5 has the whole breast from further off too (default: those of its members)',
      (text) => text.split(',').map(positiveNumber),
    )
    .action(async (modelVersionIds: readonly string[], looks: Pick<Looks, 'flips'> & Partial<Looks>, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ clients, catalogue }) => {
        const progress = terminal.progress();
        try {
          const made = await clients.call(models, async (client) => {
            for await (const step of client.makeEnsemble(
              { modelVersionIds: [...modelVersionIds], flips: looks.flips, sizes: [...(looks.sizes ?? [])] },
              { signal },
            )) {
              progress.update('validating', { done: step.viewsDone, total: step.views });
              if (step.modelVersionId !== '') return step.modelVersionId;
            }
            throw bug('the predictor ended the making of an ensemble without a version');
          });
          progress.close();
          terminal.print(`model ${made}`);
          await sayChampion(terminal, catalogue, made);
        } finally {
          progress.close();
        }
      });
    });
}
