import type { BlobStore } from '@mammoline/blobs';
import {
  pictureOf,
  type CatalogueReader,
  type CatalogueTx,
  type MergedMaskRecord,
  type ModelVersionRecord,
  type PredictionRecord,
  type ScoreRecord,
} from '@mammoline/catalogue';
import { outgoing, predictionCompleted, type OutgoingEvent } from '@mammoline/contracts';
import { decodeMaskPng, decodePng, encodeMaskPng, maskArea, maskOverlap, parseGeometry, type Mask } from '@mammoline/imaging';
import { deriveUuid, viewKey, type AbnormalityKind, type ViewRef } from '@mammoline/kernel';
import type { Segmenters } from '../models/open-segmenters.ts';
import type { CountPrediction } from '../signals/count-prediction.ts';
import type { Shadow } from '../shadow/open-shadow.ts';
import { encodeUncertaintyMap } from './encode-uncertainty-map.ts';
import { segmentImage, type SegmentationSource } from './segment-image.ts';

export interface PredictViewPorts {
  readonly catalogue: Pick<CatalogueReader, 'preparationInputs' | 'predictionOf'>;
  readonly blobs: Pick<BlobStore, 'get' | 'put'>;
  readonly segmenters: Pick<Segmenters, 'withModel'>;
  /** Sees what is predicted here, where it is live traffic. */
  readonly shadow?: Pick<Shadow, 'follow'> | undefined;
  readonly countPrediction?: CountPrediction;
}

export interface ViewToPredict {
  readonly view: ViewRef;
  readonly abnormalityKind: AbnormalityKind;
  readonly model: ModelVersionRecord;
}

export type ViewPrediction =
  | { readonly kind: 'not-prepared' }
  /** The prediction of this model and of what is prepared now is there. */
  | { readonly kind: 'stored'; readonly stored: PredictionRecord }
  | {
      readonly kind: 'made';
      readonly made: Omit<PredictionRecord, 'createdAt'>;
      /** Checks that the view is still the one that was read (Failure conflict: read again) and saves. */
      readonly write: (tx: CatalogueTx) => Promise<void>;
      readonly emit: readonly OutgoingEvent[];
    };

/** Predicts a prepared view and scores the mask against the merged one, where there is one, at the resolution of the source. */
export async function predictView(
  { view, abnormalityKind, model }: ViewToPredict,
  { catalogue, blobs, segmenters, shadow, countPrediction = (predict) => predict() }: PredictViewPorts,
  signal: AbortSignal,
): Promise<ViewPrediction> {
  const inputs = await catalogue.preparationInputs(view, abnormalityKind);
  if (inputs?.prepared === undefined) return { kind: 'not-prepared' };
  const { prepared, full, merged, viewRevision } = inputs;
  const stored = await catalogue.predictionOf(view, abnormalityKind, model.id);
  if (stored?.preparedInputsHash === prepared.inputsHash) return { kind: 'stored', stored };

  const geometry = parseGeometry(prepared.geometry);
  const source: SegmentationSource = {
    pictureOf: async (kind) => decodePng(await blobs.get(pictureOf(prepared, kind), signal)),
    geometry,
    pixelSpacingMm: full?.header.pixelSpacingMm,
  };
  const segmentation = await countPrediction(() => segmentImage(source, model, segmenters, signal), signal);
  shadow?.follow({ source, model, segmentation });
  const { mask, probabilities: _, smallestAreaPx: __, uncertainty, ...said } = segmentation;
  const made = {
    id: deriveUuid('prediction', viewKey(view), abnormalityKind, model.id),
    view,
    abnormalityKind,
    modelVersionId: model.id,
    preparedInputsHash: prepared.inputsHash,
    mask: await blobs.put(await encodeMaskPng(mask), signal),
    rows: mask.rows,
    columns: mask.columns,
    score: merged === undefined ? undefined : await score(mask, merged, blobs, signal),
    ...said,
    uncertainty:
      uncertainty === undefined
        ? undefined
        : {
            value: uncertainty.value,
            isAbstained: uncertainty.isAbstained,
            map: await blobs.put(await encodeUncertaintyMap(uncertainty, geometry), signal),
          },
  };
  const { id: predictionId, modelVersionId, probability } = made;
  return {
    kind: 'made',
    made,
    write: async (tx) => {
      await tx.expectViewRevision(view, viewRevision);
      await tx.savePrediction(made);
    },
    emit: [outgoing(predictionCompleted, { predictionId, view, abnormalityKind, modelVersionId, probability })],
  };
}

/** Undefined where another mammogram took the place of the one that was prepared: its preparation brings the view back here. */
async function score(
  predicted: Mask,
  merged: MergedMaskRecord,
  blobs: Pick<BlobStore, 'get'>,
  signal: AbortSignal,
): Promise<ScoreRecord | undefined> {
  if (merged.rows !== predicted.rows || merged.columns !== predicted.columns) return undefined;
  const truth = await decodeMaskPng(await blobs.get(merged.blob, signal));
  const { dice, iou } = maskOverlap(predicted, truth);
  return { dice, iou, truthAreaPx: maskArea(truth) };
}
