import { invalid } from '@mammoline/kernel';
import { Command } from 'commander';
import { models } from '../../clients/laptop-clients.ts';
import { withLaptop } from '../../clients/open-laptop.ts';
import { workOf, type Session } from '../../session.ts';
import { aliasOption, type AliasFlags } from './alias-option.ts';

export function rollbackCommand({ terminal, signal }: Session): Command {
  return new Command('rollback')
    .description('let an alias name what it named before its present version was promoted; again goes back further')
    .addOption(aliasOption())
    .action(async ({ alias }: AliasFlags, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ clients, catalogue }) => {
        const leaving = await catalogue.modelOfAlias(alias);
        if (leaving === undefined) throw invalid(`no model version is ${alias}: there is none to roll back from`);
        const { move } = await clients.call(models, (client) => client.rollback({ alias, leavingModelVersionId: leaving.id }, { signal }));
        terminal.print(`${alias} is ${move?.toModelVersionId ?? ''} again, and was ${leaving.id}`);
      });
    });
}
