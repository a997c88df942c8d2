import { Command } from 'commander';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { workOf, type Session } from '../session.ts';
import { addLineOptions, wantedSettings, type LineFlags } from './line-options.ts';
import { addTrainingOptions, trainingRequest, type TrainingFlags } from './training-options.ts';

interface RunFlags extends TrainingFlags, LineFlags {
  readonly input: string;
  readonly csv?: string;
  readonly output: string;
}

export function runCommand(session: Session): Command {
  const command = new Command('run')
    .description('all of it: start, import, prepare, train, predict the test patients, evaluate, write the report, stop')
    .requiredOption('--input <dir>', 'the folder with the DICOM files')
    .option('--csv <dir>', 'the folder of the description tables (default: <input>/csv, or <input> itself if it holds any)')
    .requiredOption('--output <dir>', 'where the report goes');
  return addTrainingOptions(addLineOptions(command)).action(async (flags: RunFlags, self: Command) => {
    await runPipeline(session, workOf(self), {
      line: wantedSettings(flags),
      input: flags.input,
      csv: flags.csv,
      output: flags.output,
      training: trainingRequest(flags),
      encoderWeights: flags.encoderWeights,
    });
  });
}
