import type { PredictionRecord, RegionRecord, ScoreRecord } from '@mammoline/catalogue';
import { abnormalityKindCodec, blobRefCodec, viewRefCodec, type predictionV1 } from '@mammoline/contracts';

/** A stored prediction without the bytes of its mask. */
export function predictionToProto(prediction: PredictionRecord): predictionV1.DeepPartial<predictionV1.Prediction> {
  return {
    id: prediction.id,
    view: viewRefCodec.toProto(prediction.view),
    abnormalityKind: abnormalityKindCodec.toProto(prediction.abnormalityKind),
    modelVersionId: prediction.modelVersionId,
    rows: prediction.rows,
    columns: prediction.columns,
    regions: prediction.regions.map(regionToProto),
    probability: prediction.probability,
    threshold: prediction.threshold,
    areaPx: BigInt(prediction.areaPx),
    areaMm2: prediction.areaMm2,
    score: prediction.score && scoreToProto(prediction.score),
    createdAt: prediction.createdAt,
    mask: blobRefCodec.toProto(prediction.mask),
    uncertainty: prediction.uncertainty?.value,
    isAbstained: prediction.uncertainty?.isAbstained,
    uncertaintyMap: prediction.uncertainty && blobRefCodec.toProto(prediction.uncertainty.map),
  };
}

export function regionToProto(region: RegionRecord): predictionV1.Region {
  return { contour: [...region.contour], areaPx: BigInt(region.areaPx), areaMm2: region.areaMm2, probability: region.probability };
}

export function scoreToProto({ dice, iou, truthAreaPx }: ScoreRecord): predictionV1.Score {
  return { dice, iou, truthAreaPx: BigInt(truthAreaPx) };
}
