import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { toFailure } from '@mammoline/kernel';
import { exportFormats, type ExportFormat } from '@mammoline/segmentation';
import { Command, Option } from 'commander';
import { withLaptop } from '../../clients/open-laptop.ts';
import { exportVersion } from '../../export/export-version.ts';
import { workOf, type Session } from '../../session.ts';
import { modelReference } from '../model-reference.ts';
import { findModel } from './find-model.ts';

interface ExportFlags {
  readonly format: ExportFormat;
  readonly output: string;
}

export function exportCommand({ terminal, signal }: Session): Command {
  return new Command('export')
    .description('write a model version for other runtimes: ONNX, or the LayersModel of TensorFlow.js; of an ensemble each member')
    .argument('<model>', 'the model version, by id or alias', modelReference)
    .addOption(
      new Option('--format <format>', 'onnx: model.onnx; layers: model.json and weights.bin').choices([...exportFormats]).default('onnx'),
    )
    .requiredOption('--output <dir>', 'where to write')
    .action(async (reference: string, { format, output }: ExportFlags, command: Command) => {
      await withLaptop(workOf(command), signal, async ({ catalogue, blobs }) => {
        const model = await findModel(reference, catalogue);
        const files = await exportVersion(model, format, blobs, signal);
        const directory = resolve(output);
        try {
          for (const [name, bytes] of Object.entries(files)) {
            await mkdir(join(directory, dirname(name)), { recursive: true });
            await writeFile(join(directory, name), bytes);
          }
        } catch (error) {
          throw toFailure(error, 'invalid', `${directory} could not be written`);
        }
        terminal.print(
          `model ${model.id}: ${Object.keys(files)
            .map((name) => join(directory, name))
            .join(', ')}`,
        );
      });
    });
}
