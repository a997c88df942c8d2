import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { readReadyFile } from '../laptop/ready-file.ts';
import { replicaName } from '../laptop/service-names.ts';
import { runningState } from '../laptop/start-laptop.ts';
import { countDeadLetters } from '../pipeline/count-dead-letters.ts';
import { pipelineDepth } from '../pipeline/wait-until-quiet.ts';
import type { LaptopState } from '../laptop/state.ts';
import { ServicesNotRunning } from '../services-not-running.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';

export function statusCommand({ terminal, signal }: Session): Command {
  return new Command('status')
    .description('show the services, what waits in their queues, dead letters, and what the catalogue holds')
    .action(async (_options: unknown, command: Command) => {
      const work = workOf(command);
      const state = runningState(work);
      if (state === undefined) throw new ServicesNotRunning(work.root);
      await withLaptop(work, signal, async ({ catalogue, transport }) => {
        const [depth, counts, totals, dead] = [
          await pipelineDepth({ catalogue, transport }),
          await catalogue.counts(),
          await catalogue.importTotals(),
          await countDeadLetters(catalogue),
        ];
        const rows = state.services.map((service) => {
          const name = replicaName(service.name, service.replica);
          const ready = readReadyFile(work, name);
          const end = service.lastExit ?? '';
          return [
            name,
            service.phase,
            service.process?.pid ?? '-',
            ready?.grpcAddress ?? '-',
            ready?.httpAddress ?? '-',
            service.restarts,
            end,
          ];
        });
        terminal.print(formatTable(['service', 'state', 'pid', 'grpc', 'http', 'restarts', 'last end'], rows));
        terminal.print('');
        terminal.print(formatTable(['queue', 'waiting'], [['outbox', depth.outbox], ...depth.byStage]));
        terminal.print('');
        for (const [part, address] of addresses(state)) terminal.print(`${part.padEnd(14)}${address}`);
        terminal.print(
          `files         ${String(totals.found)} found, ${String(totals.stored)} stored, ${String(totals.duplicates)} duplicates, ${String(totals.rejected)} rejected`,
        );
        terminal.print(
          `catalogue     ${String(counts.patients)} patients, ${String(counts.views)} views, ${String(counts.abnormalities)} abnormalities`,
        );
        terminal.print(
          `images        ${String(counts.full)} full, ${String(counts.crop)} crop, ${String(counts.mask)} mask, ${String(counts.unknown)} unknown`,
        );
        terminal.print(
          `made          ${String(counts.mergedMasks)} merged masks, ${String(counts.preparedViews)} prepared views, ${String(counts.predictions)} predictions`,
        );
        terminal.print(`dead letters  ${String(dead)}${dead > 0 ? ' (look with "mammoline dead-letters")' : ''}`);
      });
    });
}

/** Without passwords: what is on a screen gets copied. All of it is in state.json. */
function addresses({ environment = {}, parts }: LaptopState): readonly (readonly [string, string])[] {
  const { MAMMOLINE_POSTGRES_URL: postgres, MAMMOLINE_KAFKA_BROKERS: kafka, MAMMOLINE_BLOBS_URL: blobs } = environment;
  const pids = (name: RegExp): string => {
    const found = parts.filter((part) => name.test(part.name));
    const told = found.map(
      ({ process, restarts }) => `pid ${String(process?.pid ?? '-')}${restarts > 0 ? `, ${String(restarts)} restarts` : ''}`,
    );
    return told.length === 0 ? '' : ` (${told.join('; ')})`;
  };
  return [
    ...(postgres === undefined
      ? []
      : [['Postgres', `${new URL(postgres).host}${new URL(postgres).pathname}${pids(/^postgres$/)}`] as const]),
    ...(kafka === undefined ? [] : [['Kafka', `${kafka}${pids(/^kafka-/)}`] as const]),
    ...(blobs === undefined ? [] : [['blobs', `${blobs}${pids(/^object-store$/)}`] as const]),
  ];
}
