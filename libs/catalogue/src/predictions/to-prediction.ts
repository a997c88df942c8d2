import { parseSha256, parseUuid } from '@mammoline/kernel';
import { z } from 'zod';
import { orUndefined, toBlobRef, toViewRef } from '../database/columns.ts';
import type { Prediction } from '../gen/client.ts';
import type { PredictionRecord, RegionRecord, ScoreRecord, UncertaintyRecord } from '../records.ts';
import type { PredictionRow } from './read-predictions.ts';

const storedRegions = z.array(
  z.object({ contour: z.array(z.number()), areaPx: z.number(), areaMm2: z.number().optional(), probability: z.number() }),
);

export function toPrediction(row: PredictionRow): PredictionRecord {
  return {
    id: parseUuid(row.id),
    view: toViewRef(row),
    abnormalityKind: row.abnormalityKind,
    modelVersionId: parseUuid(row.modelVersionId),
    preparedInputsHash: parseSha256(row.preparedInputsHash),
    mask: toBlobRef({ sha256: row.maskSha256, sizeBytes: row.maskSizeBytes, uri: row.maskUri }),
    rows: row.rows,
    columns: row.columns,
    regions: storedRegions.parse(row.regions).map((region): RegionRecord => ({ ...region, areaMm2: region.areaMm2 })),
    probability: row.probability,
    threshold: row.threshold,
    areaPx: Number(row.areaPx),
    areaMm2: orUndefined(row.areaMm2),
    score: toScore(row),
    uncertainty: toUncertainty(row),
    createdAt: row.createdAt,
  };
}

function toScore({ dice, iou, truthAreaPx }: Prediction): ScoreRecord | undefined {
  return dice === null || iou === null || truthAreaPx === null ? undefined : { dice, iou, truthAreaPx: Number(truthAreaPx) };
}

function toUncertainty(row: Prediction): UncertaintyRecord | undefined {
  const { uncertainty: value, isAbstained, uncertaintyMapSha256: sha256, uncertaintyMapUri: uri, uncertaintyMapSizeBytes: sizeBytes } = row;
  if (value === null || sha256 === null || uri === null || sizeBytes === null) return undefined;
  return { value, isAbstained: orUndefined(isAbstained), map: toBlobRef({ sha256, uri, sizeBytes }) };
}
