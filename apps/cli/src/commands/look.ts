import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { preparationRecipe } from '@mammoline/imaging';
import { formatCaseName, invalid, parseCaseName, toFailure, type CaseRef } from '@mammoline/kernel';
import { Command, InvalidArgumentError } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { drawPreparation } from '../look/draw-preparation.ts';
import { readCaseSubject } from '../look/read-case-subject.ts';
import { readFileSubject } from '../look/read-file-subject.ts';
import { workOf, type Session } from '../session.ts';

export function lookCommand({ terminal, signal }: Session): Command {
  return new Command('look')
    .description('draw the steps of the preparation of one mammogram side by side, to see that it is right')
    .argument('<case|file>', 'a case of the catalogue (Mass-Training_P_00001_LEFT_CC), or a DICOM file, for which no services are needed')
    .requiredOption('--output <png>', 'the picture', pngPath)
    .action(async (wanted: string, options: { output: string }, command: Command) => {
      const output = resolve(options.output);
      if (statSync(dirname(output), { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw invalid(`${dirname(output)}: found no directory, expected the one that gets the picture; make it first`);
      }
      const named = caseNamed(wanted);
      const subject =
        named === undefined
          ? await readFileSubject(wanted)
          : await withLaptop(workOf(command), signal, (laptop) => readCaseSubject(laptop, named, signal));
      const { picture, panels, refusal } = drawPreparation(subject, preparationRecipe);
      await picture
        .png()
        .toFile(output)
        .catch((error: unknown) => {
          throw toFailure(error, 'unavailable', `${output} could not be written`);
        });
      if (refusal !== undefined) {
        throw invalid(`${wanted}: ${refusal.message}; the steps up to there are in ${options.output}`, { cause: refusal });
      }
      terminal.print(`${String(panels)} pictures of ${subject.name} in ${options.output}`);
    });
}

function pngPath(text: string): string {
  if (text.toLowerCase().endsWith('.png')) return text;
  throw new InvalidArgumentError('expected a name that ends in .png');
}

/** Undefined for a file. @throws Failure invalid for what is neither */
function caseNamed(text: string): CaseRef | undefined {
  if (existsSync(text)) return undefined;
  const parts = parseCaseName(text);
  if (parts !== undefined && formatCaseName(parts) === text) return parts;
  throw invalid(`${text}: found no such file, and it is no case name such as Mass-Training_P_00001_LEFT_CC`);
}
