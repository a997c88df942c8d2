import { Command } from 'commander';
import { invalid } from '@mammoline/kernel';
import { openDeidentifyKey } from '../laptop/open-deidentify-key.ts';
import { deidentifyFiles } from '../pipeline/deidentify-files.ts';
import type { Session } from '../session.ts';

export function deidentifyCommand({ terminal, signal }: Session): Command {
  return new Command('deidentify')
    .description('write de-identified copies of the DICOM files of a folder, with a report; needs no services')
    .argument('<from>', 'the folder; it is left as it is')
    .argument('<to>', 'where the copies go')
    .requiredOption('--key <file>', 'holds the key that pseudonyms are made with (32 characters or more)')
    .action(async (from: string, to: string, { key }: { key: string }) => {
      const pseudonyms = await openDeidentifyKey(key);
      if (pseudonyms === undefined) throw invalid('--key names no file');
      const { written, refused, left, report } = await deidentifyFiles({ from, to, pseudonyms, signal, say: terminal.say });
      terminal.print(`${String(written)} files de-identified, ${String(left)} others left out; what was done to each: ${report}`);
      if (refused > 0)
        throw invalid(`${String(refused)} DICOM files could not be de-identified and are not in ${to}; the lines above say why`);
    });
}
