import { Command } from 'commander';
import { sleep } from '@mammoline/kernel';
import { withLaptop, type Laptop } from '../clients/open-laptop.ts';
import { importTree, type ImportOptions, type ImportResult } from '../pipeline/import-tree.ts';
import { sayDeadLetters } from '../pipeline/say-dead-letters.ts';
import { sayRowsWithoutFiles } from '../pipeline/say-rows-without-files.ts';
import { waitUntilQuiet } from '../pipeline/wait-until-quiet.ts';
import { workOf, type Session } from '../session.ts';

const watchIntervalMs = 3_000;

interface ImportFlags {
  readonly csv?: string;
  readonly copy?: boolean;
  readonly watch?: boolean;
  readonly wait: boolean;
}

export function importCommand(session: Session): Command {
  return new Command('import')
    .description('take the DICOM files of a folder or bucket, and its description tables; running it again is a no-op')
    .argument('<dir>', 'the folder, or s3://bucket/prefix; files are told by their content, not by their names')
    .option('--csv <dir>', 'the folder of the description tables (default: <dir>/csv, or <dir> itself if it holds any)')
    .option('--copy', 'copy the files into the store; otherwise they stay where they are and are referred to')
    .option('--watch', 'look for new files every few seconds until Ctrl-C')
    .option('--no-wait', 'do not wait until everything that follows from the files is done')
    .action(async (directory: string, flags: ImportFlags, command: Command) => {
      const options: ImportOptions = { directory, csvDirectory: flags.csv, copy: flags.copy === true };
      await withLaptop(workOf(command), session.signal, async (laptop) => {
        await importAndWait(session, laptop, options, flags.wait);
        if (flags.watch === true) await watch(session, laptop, options);
      });
    });
}

/** One import with progress, totals and, where `wait` is set, all that follows from it. */
export async function importAndWait(
  { terminal, signal }: Session,
  laptop: Laptop,
  options: ImportOptions,
  wait: boolean,
): Promise<ImportResult> {
  const progress = terminal.progress();
  let result: ImportResult;
  try {
    result = await importTree(laptop, options, progress, signal);
    if (wait) await waitUntilQuiet(laptop, progress, signal);
  } finally {
    progress.close();
  }
  for (const table of result.tables) {
    terminal.print(`${table.name}: ${table.wasKnown ? 'known already' : `${String(table.rows)} rows`}`);
    for (const problem of table.problems) terminal.say(`  ${problem}`);
  }
  terminal.print(formatTotals(result));
  if (wait) await sayRowsWithoutFiles(terminal, laptop.catalogue);
  await sayDeadLetters(terminal, laptop.catalogue);
  return result;
}

async function watch({ terminal, signal }: Session, laptop: Laptop, options: ImportOptions): Promise<void> {
  terminal.say(`watching ${options.directory}; Ctrl-C ends it`);
  const silent = { update: () => undefined, close: () => undefined };
  for (;;) {
    await sleep(watchIntervalMs, signal);
    const result = await importTree(laptop, options, silent, signal);
    if (result.unchanged < result.found) terminal.print(formatTotals(result));
  }
}

function formatTotals(result: ImportResult): string {
  const { found, stored, duplicates, rejected, unchanged } = result;
  const known = unchanged > 0 ? ` (${String(unchanged)} of them known from before)` : '';
  return `${String(found)} files found${known}: ${String(stored)} stored, ${String(duplicates)} duplicates, ${String(rejected)} rejected`;
}
