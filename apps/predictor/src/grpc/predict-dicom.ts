import type { ModelVersionRecord } from '@mammoline/catalogue';
import type { predictionV1 } from '@mammoline/contracts';
import { readPixels, type DicomLimits } from '@mammoline/dicom';
import { encodeMaskPng, preparationRecipe, prepareNetworkInput } from '@mammoline/imaging';
import { Failure, invalid, lateralities, viewPositions, type PictureKind } from '@mammoline/kernel';
import type { InputMetrics } from '@mammoline/service';
import type { PredictViewPorts } from '../predict/predict-view.ts';
import { encodeUncertaintyMap } from '../predict/encode-uncertainty-map.ts';
import { segmentImage } from '../predict/segment-image.ts';
import { regionToProto } from './prediction-to-proto.ts';

/**
 * Predicts a mammogram that is sent. The answer is not stored.
 * @throws Failure invalid, naming `dicom`, for bytes that are no mammogram
 */
export async function predictDicom(
  bytes: Uint8Array,
  model: ModelVersionRecord,
  {
    segmenters,
    shadow,
    inputs,
    countPrediction = (predict) => predict(),
    dicomLimits,
  }: Pick<PredictViewPorts, 'segmenters' | 'shadow' | 'countPrediction'> & {
    /** Sees each mammogram that is prepared. */
    readonly inputs?: InputMetrics;
    readonly dicomLimits: DicomLimits;
  },
  signal: AbortSignal,
): Promise<predictionV1.DeepPartial<predictionV1.Prediction>> {
  const { traits, ...source } = prepare(bytes, dicomLimits);
  inputs?.observe(traits);
  const segmentation = await countPrediction(() => segmentImage(source, model, segmenters, signal), signal);
  shadow?.follow({ source, model, segmentation });
  const { mask, regions, areaPx, areaMm2, probability, threshold, uncertainty } = segmentation;
  return {
    modelVersionId: model.id,
    maskPng: await encodeMaskPng(mask),
    rows: mask.rows,
    columns: mask.columns,
    regions: regions.map(regionToProto),
    areaPx: BigInt(areaPx),
    areaMm2,
    probability,
    threshold,
    ...(uncertainty === undefined
      ? {}
      : {
          uncertainty: uncertainty.value,
          isAbstained: uncertainty.isAbstained,
          uncertaintyMapPng: await encodeUncertaintyMap(uncertainty, source.geometry),
        }),
  };
}

function prepare(bytes: Uint8Array, limits: DicomLimits) {
  try {
    const { header, pixels } = readPixels(bytes, { limits });
    const { image: equalised, plain, geometry, breast } = prepareNetworkInput(pixels, preparationRecipe);
    const pictures = { equalised, plain };
    const traits = {
      laterality: lateralities.find((known) => known.startsWith(header.laterality ?? 'unknown')),
      position: viewPositions.find((known) => known === header.viewPosition),
      breastDensity: undefined,
      meanIntensity: breast.meanIntensity,
      breastAreaShare: breast.areaShare,
    };
    return {
      pictureOf: (kind: PictureKind) => Promise.resolve(pictures[kind]),
      geometry,
      pixelSpacingMm: header.pixelSpacingMm ?? header.imagerPixelSpacingMm,
      traits,
    };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    throw invalid(`dicom: ${error.message}`, { field: 'dicom', cause: error });
  }
}
