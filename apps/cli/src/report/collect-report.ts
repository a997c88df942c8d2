import type { ModelVersionRecord, SplitRecord, TrainingRunRecord, ViewRecord } from '@mammoline/catalogue';
import { bug, invalid, parseUuid, type PatientCode } from '@mammoline/kernel';
import type { Evaluation } from '@mammoline/segmentation';
import type { Laptop } from '../clients/open-laptop.ts';
import { evaluateModels } from '../pipeline/evaluate-models.ts';
import { readAllPages } from '../pipeline/all-pages.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';
import type { ReportJson, SplitSizes } from './report-json.ts';

export interface ReportRequest {
  readonly input: string;
  readonly output: string;
  readonly startedAt: Date;
  readonly modelVersionId: string;
}

/** What the report is made of: report.json, and what only the page shows. */
export interface ReportData {
  readonly json: ReportJson;
  readonly views: readonly ViewRecord[];
  readonly model: ModelVersionRecord;
  readonly run: TrainingRunRecord;
  readonly evaluation: Evaluation;
  readonly deadLetters: readonly { readonly stage: string; readonly error: string }[];
}

export async function collectReport(
  laptop: Laptop,
  request: ReportRequest,
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<ReportData> {
  const { catalogue, clients } = laptop;
  const evaluation = await evaluateModels(clients, { modelVersionIds: [request.modelVersionId] }, progress, signal);
  const model = await catalogue.model(parseUuid(request.modelVersionId, 'model'));
  if (model === undefined) throw invalid(`there is no model ${request.modelVersionId}; see "mammoline models"`);
  const [run, split] = [await catalogue.trainingRun(model.runId), await catalogue.split(model.splitHash)];
  if (run === undefined || split === undefined) throw bug(`the model ${model.id} has no training run or no split in the catalogue`);
  const views = await readAllPages((page) => catalogue.listViews({}, page));
  const repairs = await readAllPages((page) => catalogue.listRepairs(undefined, page));
  const deadLetters = await readAllPages((page) => catalogue.deadLetters(page));
  const { patients, views: viewCount, abnormalities, full, crop, mask, unknown, multiAbnormalityViews } = await catalogue.counts();
  const { found, stored, duplicates, rejected } = await catalogue.importTotals();
  const stages = (await catalogue.stageStatistics()).map(({ stage, ...durations }) => [stage, durations] as const);
  return {
    json: {
      run: {
        startedAt: request.startedAt.toISOString(),
        finishedAt: new Date().toISOString(),
        input: request.input,
        trainingRunId: run.id,
        modelVersionId: model.id,
      },
      ingest: { found, stored, duplicates, rejected },
      catalogue: { patients, views: viewCount, abnormalities, full, crop, mask, unknown, multiAbnormalityViews },
      repairs: repairs.map(({ kind, subject, was, now }) => ({ kind, subject, was, now })),
      split: { kind: split.kind, hash: split.hash, patients: patientsOf(split), views: viewsOf(split, views) },
      training: {
        network: model.network,
        parameters: model.parameters,
        backend: model.backend,
        bestEpoch: model.bestEpoch,
        provenance: run.provenance,
        epochs: run.epochs.map(({ epoch, loss, validationDice, seconds }) => ({ epoch, loss, valDice: validationDice, seconds })),
      },
      evaluation: evaluationOf(evaluation),
      stages: Object.fromEntries(stages),
    },
    views,
    model,
    run,
    evaluation,
    deadLetters: deadLetters.filter((letter) => letter.replayedAt === undefined).map(({ stage, error }) => ({ stage, error })),
  };
}

function patientsOf(split: SplitRecord): SplitSizes {
  return { training: split.training.length, validation: split.validation.length, test: split.test.length };
}

/** Prepared pairs of the split's patients, of the kind that was trained; a view in both tables counts twice. */
function viewsOf(split: SplitRecord, views: readonly ViewRecord[]): SplitSizes {
  const count = (patients: readonly PatientCode[]): number => {
    const members = new Set(patients);
    return views
      .filter((view) => members.has(view.ref.patient))
      .flatMap((view) => view.preparedViews)
      .filter((prepared) => prepared.mask !== undefined && (split.abnormalityKind ?? prepared.abnormalityKind) === prepared.abnormalityKind)
      .length;
  };
  return { training: count(split.training), validation: count(split.validation), test: count(split.test) };
}

function evaluationOf({ data, dice, iou, perView }: Evaluation): ReportJson['evaluation'] {
  return {
    views: data.views,
    meanDice: dice.mean.value,
    medianDice: dice.median.value,
    meanIou: iou.mean.value,
    medianIou: iou.median.value,
    perView: perView.map((view) => ({
      case: view.case,
      dice: view.dice,
      iou: view.iou,
      truthAreaPx: view.truthAreaPx,
      predictedAreaPx: view.predictedAreaPx,
      uncertainty: view.uncertainty,
      isAbstained: view.isAbstained,
    })),
  };
}
