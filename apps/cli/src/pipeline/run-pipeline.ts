import { resolve } from 'node:path';
import { createSourceTrees } from '@mammoline/blobs';
import { withLaptop, type Laptop } from '../clients/open-laptop.ts';
import { importAndWait } from '../commands/import.ts';
import type { WantedSettings } from '../laptop/settings.ts';
import { startLaptop } from '../laptop/start-laptop.ts';
import { stopLaptop } from '../laptop/stop-laptop.ts';
import type { WorkDirectory } from '../laptop/work-directory.ts';
import { writeReport } from '../report/write-report.ts';
import type { Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';
import type { ReportJson } from '../report/report-json.ts';
import { absoluteSource, isInBucket } from './absolute-source.ts';
import { findSource } from './find-source.ts';
import { sayChampion } from './say-champion.ts';
import { storeEncoderWeights } from './store-encoder-weights.ts';
import { trainModel, type TrainingOptions } from './train-model.ts';
import { waitUntilQuiet } from './wait-until-quiet.ts';

export interface RunOptions {
  readonly line: WantedSettings;
  readonly input: string;
  readonly csv: string | undefined;
  readonly output: string;
  readonly training: TrainingOptions;
  /** A file with the weights that the recipe's encoder keeps. */
  readonly encoderWeights: string | undefined;
}

/** From raw files to the report. Services that were not up are stopped again at the end, also after an error or Ctrl-C. */
export async function runPipeline(session: Session, work: WorkDirectory, options: RunOptions): Promise<void> {
  const startedAt = new Date();
  // A slip of the pen is told at once, not after the services have started.
  const source = { directory: options.input, csvDirectory: options.csv };
  if (![source.directory, source.csvDirectory ?? ''].some(isInBucket)) await findSource(createSourceTrees(''), source, session.signal);
  let wasUp = false;
  try {
    const { startedHere } = await startLaptop(work, options.line, session.terminal.say, session.signal);
    wasUp = !startedHere;
    await withLaptop(work, session.signal, async (laptop) => {
      await importAndWait(session, laptop, { ...source, copy: false }, true);
      const training = await storeEncoderWeights(options.encoderWeights, options.training, laptop, session.terminal.say);
      const modelVersionId = await trainAndPredict(session, laptop, training);
      session.terminal.say('evaluating and writing the report');
      const progress = session.terminal.progress();
      let report: ReportJson;
      try {
        const request = { input: absoluteSource(options.input), output: resolve(options.output), startedAt, modelVersionId };
        report = await writeReport(laptop, request, progress, session.signal);
      } finally {
        progress.close();
      }
      session.terminal.print(summary(report));
      session.terminal.print(`\nreport: ${resolve(options.output, 'report.html')}`);
      await sayChampion(session.terminal, laptop.catalogue, modelVersionId);
    });
  } finally {
    if (!wasUp) await stopLaptop(work);
  }
}

/** Returns the new model once it has predicted its test views. */
async function trainAndPredict({ terminal, signal }: Session, laptop: Laptop, options: TrainingOptions): Promise<string> {
  const progress = terminal.progress();
  try {
    const modelVersionId = await trainModel(
      laptop.clients,
      options,
      progress,
      terminal.say,
      (run) => {
        terminal.say(
          `training on ${String(run.trainingViews)} views, validating on ${String(run.validationViews)}, testing on ${String(run.testViews)}`,
        );
      },
      signal,
    );
    await waitUntilQuiet(laptop, progress, signal);
    return modelVersionId;
  } finally {
    progress.close();
  }
}

function summary({ ingest, catalogue, training, evaluation }: ReportJson): string {
  return formatTable(
    ['', ''],
    [
      [
        'files',
        `${String(ingest.found)} found, ${String(ingest.stored)} stored, ${String(ingest.duplicates)} duplicates, ${String(ingest.rejected)} rejected`,
      ],
      [
        'catalogue',
        `${String(catalogue.patients)} patients, ${String(catalogue.views)} views, ${String(catalogue.abnormalities)} abnormalities`,
      ],
      [
        'model',
        `${training.network}, ${String(training.parameters)} parameters, best epoch ${String(training.bestEpoch)}, ${training.backend}`,
      ],
      ...scores(evaluation),
    ],
  )
    .split('\n')
    .slice(2)
    .join('\n');
}

function scores(evaluation: ReportJson['evaluation']): readonly (readonly [string, string])[] {
  if (evaluation.views === 0)
    return [['test views', 'none with a truth to score against; --split patient draws test patients where the tables have none']];
  return [
    ['test views', String(evaluation.views)],
    ['Dice', `mean ${evaluation.meanDice.toFixed(3)}, median ${evaluation.medianDice.toFixed(3)}`],
    ['IoU', `mean ${evaluation.meanIou.toFixed(3)}, median ${evaluation.medianIou.toFixed(3)}`],
  ];
}
