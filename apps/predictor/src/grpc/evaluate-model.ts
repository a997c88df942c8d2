import type { CatalogueReader, ModelVersionRecord, PredictionRecord, ViewRecord } from '@mammoline/catalogue';
import type { predictionV1 } from '@mammoline/contracts';
import { bug, formatCaseName, viewKey, type AbnormalityKind, type CaseRef, type Uuid, type ViewRef } from '@mammoline/kernel';
import { viewsOfPatients } from '../predict/views-of-patients.ts';
import { scoreToProto } from './prediction-to-proto.ts';

/** Scores over the mammograms of the model's test patients; those without prediction or truth are named. Means of nothing are 0. */
export async function evaluateModel(
  model: ModelVersionRecord,
  catalogue: Pick<CatalogueReader, 'split' | 'listViews' | 'listPredictions'>,
): Promise<predictionV1.EvaluateResponse> {
  const split = await catalogue.split(model.splitHash);
  if (split === undefined) throw bug(`model version ${model.id} names the split ${model.splitHash}, which is not in the catalogue`);
  const views = await viewsOfPatients(split.test, model.abnormalityKind, catalogue);
  const cases = views.flatMap(casesOf).filter(({ kind }) => model.abnormalityKind === undefined || model.abnormalityKind === kind);
  const predictions = await predictionsOf(model.id, catalogue);

  const unscored: string[] = [];
  const perView: (predictionV1.ViewScore & { readonly score: predictionV1.Score })[] = [];
  for (const each of cases) {
    const caseName = formatCaseName(each);
    const prediction = predictions.get(keyOf(each, each.kind));
    if (prediction?.score === undefined) unscored.push(caseName);
    else {
      perView.push({
        caseName,
        score: scoreToProto(prediction.score),
        predictedAreaPx: BigInt(prediction.areaPx),
        predictionId: prediction.id,
      });
    }
  }
  return { modelVersionId: model.id, views: perView.length, ...meanScores(perView.map(({ score }) => score)), perView, unscored };
}

/** Of nothing: 0. */
export function meanScores(scores: readonly Pick<predictionV1.Score, 'dice' | 'iou'>[]) {
  const dices = scores.map(({ dice }) => dice);
  const ious = scores.map(({ iou }) => iou);
  return { meanDice: mean(dices), medianDice: median(dices), meanIou: mean(ious), medianIou: median(ious) };
}

/** One for each kind that the view has a mammogram of. */
function casesOf({ images }: ViewRecord): readonly CaseRef[] {
  const byKind = new Map<AbnormalityKind, CaseRef>();
  for (const image of images) if (image.kind === 'FULL' && image.case !== undefined) byKind.set(image.case.kind, image.case);
  return [...byKind.values()];
}

async function predictionsOf(
  modelVersionId: Uuid,
  catalogue: Pick<CatalogueReader, 'listPredictions'>,
): Promise<ReadonlyMap<string, PredictionRecord>> {
  const found = new Map<string, PredictionRecord>();
  let pageToken: string | undefined;
  do {
    const page = await catalogue.listPredictions({ modelVersionId }, { pageSize: 1000, pageToken });
    for (const prediction of page.rows) found.set(keyOf(prediction.view, prediction.abnormalityKind), prediction);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}

const keyOf = (view: ViewRef, kind: AbnormalityKind): string => `${viewKey(view)} ${kind}`;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  return mean(sorted.slice(sorted.length % 2 === 0 ? Math.max(0, upper - 1) : upper, upper + 1));
}
