import type { ModelVersionRecord, RegionRecord } from '@mammoline/catalogue';
import {
  dropSmallComponents,
  inverseProbabilities,
  labelComponents,
  maskArea,
  thresholdProbabilities,
  traceOutline,
  type Component,
  type Geometry,
  type Mask,
  type Raster8,
  type RasterF32,
} from '@mammoline/imaging';
import { bug, type PictureKind } from '@mammoline/kernel';
import { deviationOfMaps, disagreementOfMaps, meanOfMaps } from '@mammoline/segmentation';
import type { Segmenters } from '../models/open-segmenters.ts';

/** What a model says of one mammogram, in the mammogram's own pixels. */
export interface Segmentation {
  readonly probabilities: RasterF32;
  /** The pixels from the threshold on, without components smaller than the smallest area. */
  readonly mask: Mask;
  /** Largest first, at most {@link maxRegions}; the mask has them all. */
  readonly regions: readonly RegionRecord[];
  /** Largest of all pixels, 0 to 1. */
  readonly probability: number;
  readonly threshold: number;
  /** Of the model's share, in this mammogram. */
  readonly smallestAreaPx: number;
  readonly areaPx: number;
  readonly areaMm2: number | undefined;
  /** Undefined where the model looks once. */
  readonly uncertainty: Uncertainty | undefined;
}

/** How the members and flips of an ensemble disagree on one mammogram. */
export interface Uncertainty {
  /** Of the whole image, 0 to 1. */
  readonly value: number;
  /** Whether it is above the model's limit; undefined where it has none. */
  readonly isAbstained: boolean | undefined;
  /** Standard deviation of the probabilities, of the prepared square. */
  readonly deviation: RasterF32;
}

/** One prepared mammogram. */
export interface SegmentationSource {
  /** Loads the picture that a model sees. */
  readonly pictureOf: (kind: PictureKind) => Promise<Raster8>;
  readonly geometry: Geometry;
  readonly pixelSpacingMm: readonly [number, number] | undefined;
}

/** A network that has learnt nothing marks specks by the thousand, which nobody reads. */
const maxRegions = 200;

/**
 * Predicts one prepared mammogram. The probabilities are brought to the source's resolution first and compared with the threshold there, so that
 * outlines are smooth and not steps of the network's pixels.
 */
export async function segmentImage(
  source: SegmentationSource,
  model: ModelVersionRecord,
  segmenters: Pick<Segmenters, 'withModel'>,
  signal: AbortSignal,
): Promise<Segmentation> {
  const looks = await segmenters.withModel(model, async (segmenter) => {
    const image = await source.pictureOf(segmenter.picture);
    return segmenter.lookAt?.(image, signal) ?? segmenter.predict([image], signal);
  });
  if (looks.length === 0) throw bug('the network predicted no map for one image');
  const predicted = meanOfMaps(looks);
  const probabilities = inverseProbabilities(predicted, source.geometry);
  const smallestAreaPx = model.smallestAreaShare * source.geometry.paddedSidePx ** 2;
  const mask = dropSmallComponents(thresholdProbabilities(probabilities, model.threshold), smallestAreaPx);

  const { pixelSpacingMm } = source;
  const toMm2 = (areaPx: number): number | undefined =>
    pixelSpacingMm === undefined ? undefined : areaPx * pixelSpacingMm[0] * pixelSpacingMm[1];
  const components = labelComponents(mask, 8).toSorted((a, b) => b.areaPx - a.areaPx);
  const areaPx = maskArea(mask);
  return {
    probabilities,
    mask,
    regions: components.slice(0, maxRegions).map((component) => ({
      contour: traceOutline(mask, component),
      areaPx: component.areaPx,
      areaMm2: toMm2(component.areaPx),
      probability: largestWithin(probabilities, component),
    })),
    probability: predicted.data.reduce((largest, value) => Math.max(largest, value), 0),
    threshold: model.threshold,
    smallestAreaPx,
    areaPx,
    areaMm2: toMm2(areaPx),
    uncertainty: uncertaintyOf(looks, predicted, model.abstainAbove),
  };
}

function uncertaintyOf(looks: readonly RasterF32[], mean: RasterF32, abstainAbove: number | undefined): Uncertainty | undefined {
  if (looks.length < 2) return undefined;
  const value = disagreementOfMaps(looks, mean);
  return { value, isAbstained: abstainAbove === undefined ? undefined : value > abstainAbove, deviation: deviationOfMaps(looks, mean) };
}

function largestWithin({ columns, data }: RasterF32, { runs }: Component): number {
  let largest = 0;
  for (let run = 0; run < runs.length; run += 3) {
    const start = (runs[run] ?? 0) * columns;
    const end = start + (runs[run + 2] ?? 0);
    for (let at = start + (runs[run + 1] ?? 0); at < end; at += 1) largest = Math.max(largest, data[at] ?? 0);
  }
  return largest;
}
