import { Command, Option } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { exportTree, type ExportMode } from '../export/export-tree.ts';
import { workOf, type Session } from '../session.ts';

export function exportTreeCommand({ terminal, signal }: Session): Command {
  return new Command('export-tree')
    .description('write the restructured folders: CBIS-DDSM/{Calc,Mass}/{Test,Train}/{case}_{FULL|CROP_n|MASK_n}.dcm')
    .requiredOption('--output <dir>', 'where to write')
    .addOption(
      new Option('--mode <mode>', 'link the files (symbolically where the disk is another), or copy them')
        .choices(['link', 'copy'])
        .default('link'),
    )
    .action(async (options: { output: string; mode: ExportMode }, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const progress = terminal.progress();
        try {
          const result = await exportTree(laptop, options, progress, signal);
          progress.close();
          const { found, duplicates, exported, unknown } = result;
          terminal.print(
            `before: ${String(found)} DICOM files, ${String(duplicates)} of them duplicates of others; after: ${String(exported)} files`,
          );
          terminal.print(
            `${String(found)} = ${String(exported)} + ${String(duplicates)}: nothing is missing${unknown > 0 ? `; ${String(unknown)} of unknown kind are in unknown/` : ''}`,
          );
        } finally {
          progress.close();
        }
      });
    });
}
