import { generateSampleTree } from '@mammoline/testing/sample-tree';
import { Command } from 'commander';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { workOf, type Session } from '../session.ts';
import { addLineOptions, wantedSettings, type LineFlags } from './line-options.ts';
import { addTrainingOptions, trainingRequest, type TrainingFlags } from './training-options.ts';

interface DemoFlags extends TrainingFlags, LineFlags {
  readonly input?: string;
  readonly csv?: string;
  readonly output: string;
}

/** Small enough for a few minutes on two cores, large enough that the model visibly learns. */
const demoTraining = { imageSize: 192, epochs: 16, batch: 8, maxMinutes: 2.5 } satisfies TrainingFlags;

const shownDefaults = {
  imageSize: String(demoTraining.imageSize),
  epochs: String(demoTraining.epochs),
  batch: String(demoTraining.batch),
  maxMinutes: String(demoTraining.maxMinutes),
};

export function demoCommand(session: Session): Command {
  const command = new Command('demo')
    .description('run on generated mammograms (or, with --input, on yours) with settings that take a few minutes')
    .option('--input <dir>', 'a folder with DICOM files, instead of generated ones')
    .option('--csv <dir>', 'the folder of its description tables')
    .option('--output <dir>', 'where the report goes', 'mammoline-demo');
  return addTrainingOptions(addLineOptions(command), shownDefaults).action(async (flags: DemoFlags, self: Command) => {
    const work = workOf(self);
    const source = flags.input === undefined ? await sampleTree(session, work.demoTree) : { input: flags.input, csv: flags.csv };
    // So few steps want to be long ones, but not of an encoder that has learnt before.
    const steps: TrainingFlags = (flags.recipe ?? 'compact') === 'compact' ? { learningRate: 0.003 } : {};
    const training = trainingRequest({ ...demoTraining, ...steps, ...flags });
    await runPipeline(session, work, {
      ...source,
      line: wantedSettings(flags),
      output: flags.output,
      training,
      encoderWeights: flags.encoderWeights,
    });
  });
}

/** Generated mammograms; made once. */
async function sampleTree({ terminal, signal }: Session, directory: string): Promise<{ readonly input: string; readonly csv: string }> {
  const progress = terminal.progress();
  try {
    const tree = await generateSampleTree({
      directory,
      signal,
      onProgress: (done, total) => {
        progress.update('generating', { done, total });
      },
    });
    return { input: tree.directory, csv: tree.csvDirectory };
  } finally {
    progress.close();
  }
}
