import { Command } from 'commander';
import { models } from '../../clients/laptop-clients.ts';
import { withLaptop } from '../../clients/open-laptop.ts';
import { workOf, type Session } from '../../session.ts';
import { modelReference } from '../model-reference.ts';

export function cardCommand({ terminal, signal }: Session): Command {
  return new Command('card')
    .description('print the model card of a version: intended use, data, split, training, scores, limits')
    .argument('<model>', 'the model version, by id or alias', modelReference)
    .option('--html', 'as a page, instead of Markdown')
    .action(async (modelVersionId: string, { html = false }: { readonly html?: boolean }, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ clients }) => {
        const card = await clients.call(models, (client) => client.getCard({ modelVersionId }, { signal }));
        terminal.print((html ? card.html : card.markdown).trimEnd());
      });
    });
}
