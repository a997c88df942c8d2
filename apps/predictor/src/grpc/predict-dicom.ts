import type { ModelVersionRecord } from '@mammoline/catalogue';
import type { predictionV1 } from '@mammoline/contracts';
import { readPixels } from '@mammoline/dicom';
import { encodeMaskPng, preparationRecipe, prepareMammogram, resizeToNetwork } from '@mammoline/imaging';
import { Failure, invalid } from '@mammoline/kernel';
import type { PredictViewPorts } from '../predict/predict-view.ts';
import { segmentImage } from '../predict/segment-image.ts';
import { regionToProto } from './prediction-to-proto.ts';

/**
 * Predicts a mammogram that is sent. The answer is not stored.
 * @throws Failure invalid, naming `dicom`, for bytes that are no mammogram
 */
export async function predictDicom(
  bytes: Uint8Array,
  model: ModelVersionRecord,
  { segmenters, shadow }: Pick<PredictViewPorts, 'segmenters' | 'shadow'>,
  signal: AbortSignal,
): Promise<predictionV1.DeepPartial<predictionV1.Prediction>> {
  const source = prepare(bytes);
  const segmentation = await segmentImage(source, model, segmenters, signal);
  shadow?.follow({ source, model, segmentation });
  const { mask, regions, areaPx, ...said } = segmentation;
  return {
    modelVersionId: model.id,
    maskPng: await encodeMaskPng(mask),
    rows: mask.rows,
    columns: mask.columns,
    regions: regions.map(regionToProto),
    areaPx: BigInt(areaPx),
    ...said,
  };
}

function prepare(bytes: Uint8Array) {
  try {
    const { header, pixels } = readPixels(bytes);
    const { image, geometry } = prepareMammogram(pixels, preparationRecipe);
    return { image: resizeToNetwork(image, geometry), geometry, pixelSpacingMm: header.pixelSpacingMm ?? header.imagerPixelSpacingMm };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    throw invalid(`dicom: ${error.message}`, { field: 'dicom', cause: error });
  }
}
