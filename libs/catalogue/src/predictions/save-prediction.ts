import type { Database } from '../database/connect.ts';
import { viewIdOf } from '../database/ids.ts';
import { toRequiredJson } from '../database/json.ts';
import type { PredictionRecord } from '../records.ts';

/** Inserts or replaces the prediction of a view, kind and model; a replaced one keeps its id and counts as made now. */
export async function savePrediction(db: Database, prediction: Omit<PredictionRecord, 'createdAt'>): Promise<void> {
  const { id, view, abnormalityKind, modelVersionId, mask, score, regions, areaMm2, uncertainty, ...plain } = prediction;
  const key = { viewId: viewIdOf(view), abnormalityKind, modelVersionId };
  const row = {
    ...plain,
    maskSha256: mask.sha256,
    maskUri: mask.uri,
    maskSizeBytes: BigInt(mask.sizeBytes),
    regions: toRequiredJson(regions),
    areaPx: BigInt(prediction.areaPx),
    areaMm2: areaMm2 ?? null,
    dice: score?.dice ?? null,
    iou: score?.iou ?? null,
    truthAreaPx: score === undefined ? null : BigInt(score.truthAreaPx),
    uncertainty: uncertainty?.value ?? null,
    isAbstained: uncertainty?.isAbstained ?? null,
    uncertaintyMapSha256: uncertainty?.map.sha256 ?? null,
    uncertaintyMapUri: uncertainty?.map.uri ?? null,
    uncertaintyMapSizeBytes: uncertainty === undefined ? null : BigInt(uncertainty.map.sizeBytes),
  };
  await db.prediction.upsert({
    where: { viewId_abnormalityKind_modelVersionId: key },
    create: { id, ...key, ...row },
    update: { ...row, createdAt: new Date() },
  });
}
