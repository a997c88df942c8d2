import { Command } from 'commander';
import { models } from '../../clients/laptop-clients.ts';
import { withLaptop } from '../../clients/open-laptop.ts';
import { workOf, type Session } from '../../session.ts';
import { modelReference } from '../model-reference.ts';
import { aliasOption, type AliasFlags } from './alias-option.ts';

export function promoteCommand({ terminal, signal }: Session): Command {
  return new Command('promote')
    .description('let an alias name a model version; the champion predicts from the next mammogram on')
    .argument('<model>', 'the model version, by id or alias', modelReference)
    .addOption(aliasOption())
    .action(async (modelVersionId: string, { alias }: AliasFlags, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ clients }) => {
        const { move } = await clients.call(models, (client) => client.promote({ modelVersionId, alias }, { signal }));
        if (move === undefined) terminal.print(`${alias} was ${modelVersionId} already`);
        else terminal.print(`${alias} is ${move.toModelVersionId}, and was ${move.fromModelVersionId || 'none'}`);
      });
    });
}
