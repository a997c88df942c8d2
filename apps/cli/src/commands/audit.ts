import { Command, InvalidArgumentError } from 'commander';
import { verifyAudit, type AuditHead } from '@mammoline/catalogue';
import { invalid } from '@mammoline/kernel';
import { withLaptop } from '../clients/open-laptop.ts';
import { allPages } from '../pipeline/all-pages.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';

export function auditCommand(session: Session): Command {
  return new Command('audit')
    .description('the record of who called what')
    .addCommand(listCommand(session))
    .addCommand(verifyCommand(session));
}

function listCommand({ terminal, signal }: Session): Command {
  return new Command('list')
    .description('list the calls on record, the first first')
    .option('--who <subject>', 'only those of this caller')
    .option('--about <id>', 'only those whose subject has this in it')
    .action(async ({ who, about }: { who?: string; about?: string }, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        const rows: string[][] = [];
        for await (const entry of allPages((page) => catalogue.listAudit(page))) {
          if ((who !== undefined && entry.who !== who) || (about !== undefined && !entry.subject.includes(about))) continue;
          const method = entry.method.split('/').at(-1) ?? '';
          rows.push([String(entry.position), entry.at.toISOString(), entry.who, entry.peer, method, entry.outcome, entry.subject]);
        }
        terminal.print(
          rows.length === 0 ? 'no calls on record' : formatTable(['position', 'time', 'who', 'from', 'method', 'outcome', 'about'], rows),
        );
      });
    });
}

function verifyCommand({ terminal, signal }: Session): Command {
  return new Command('verify')
    .description('hold the record against its chain of hashes, and tell its head: note that down elsewhere')
    .option('--anchor <position:hash>', 'a head that was told earlier', parseAnchor)
    .action(async ({ anchor }: { anchor?: AuditHead }, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue }) => {
        const head = await catalogue.auditHead();
        const { entries, problems } = await verifyAudit(
          allPages((page) => catalogue.listAudit(page)),
          head,
          anchor,
        );
        for (const { position, problem } of problems) terminal.print(`position ${String(position)}: ${problem}`);
        if (problems.length > 0)
          throw invalid(`the record of calls was tampered with: ${String(problems.length)} problems in ${String(entries)} entries`);
        terminal.print(
          `${String(entries)} entries, each in its place and unchanged; head ${String(head?.position ?? 0n)}:${head?.hash ?? ''}`,
        );
      });
    });
}

function parseAnchor(text: string): AuditHead {
  const [, position, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined)
    throw new InvalidArgumentError('expected a head as "audit verify" tells it: position:hash');
  return { position: BigInt(position), hash };
}
