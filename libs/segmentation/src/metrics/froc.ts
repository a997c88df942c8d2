import type { Mask, RasterF32 } from '@mammoline/imaging';
import { bug } from '@mammoline/kernel';
import { countDetections, lesionsOf, type Detections } from './count-detections.ts';

/** Where the probabilities are cut for the curve: finer at both ends, where sure and unsure networks differ. */
export const frocThresholds: readonly number[] = [
  0.005,
  0.01,
  0.02,
  ...Array.from({ length: 19 }, (_, index) => (index + 1) / 20),
  0.98,
  0.99,
  0.995,
];

/** False positives an image at which sensitivities are told, as CAD papers do. */
export const frocRates: readonly number[] = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8];

/** How many of the thresholds a probability reaches, by its thousandths. */
const levelOfThousandths = Uint8Array.from(
  { length: 1001 },
  (_, thousandths) => frocThresholds.filter((threshold) => Math.round(threshold * 1000) <= thousandths).length,
);

export interface FrocPoint {
  readonly threshold: number;
  readonly falsePositivesPerImage: number;
  /** Share of all lesions that are found; 0 where there is none. */
  readonly sensitivity: number;
}

/** The detections of one image at each of {@link frocThresholds}. */
export function detectionsOf(probabilities: RasterF32, truth: Mask, smallestAreaPx: number): readonly Detections[] {
  const { rows, columns, data } = probabilities;
  if (truth.data.length !== data.length) throw bug('a prediction has no truth of its size');
  const lesions = lesionsOf(truth);
  const levels = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    levels[at] = levelOfThousandths[Math.floor((data[at] ?? 0) * 1000)] ?? 0;
  }
  const marked = new Uint8Array(data.length);
  return frocThresholds.map((_, index) => {
    for (let at = 0; at < levels.length; at += 1) marked[at] = (levels[at] ?? 0) > index ? 1 : 0;
    return countDetections({ rows, columns, data: marked }, lesions, smallestAreaPx);
  });
}

/**
 * Free-response ROC over lesions (Bunch, Hamilton, Sanderson and Simmons 1978; the rates are those of the LUNA16 challenge, Setio et al. 2017, and 1/8 to 8 of CAD): at each threshold
 * the share of the lesions that are found, against the false positives an image.
 * @param images detections of each image at each of {@link frocThresholds}
 */
export function frocCurve(images: readonly (readonly Detections[])[]): readonly FrocPoint[] {
  return frocThresholds.map((threshold, index) => {
    let [lesions, found, falsePositives] = [0, 0, 0];
    for (const image of images) {
      lesions += image[index]?.lesions ?? 0;
      found += image[index]?.found ?? 0;
      falsePositives += image[index]?.falsePositives ?? 0;
    }
    return {
      threshold,
      falsePositivesPerImage: images.length === 0 ? 0 : falsePositives / images.length,
      sensitivity: lesions === 0 ? 0 : found / lesions,
    };
  });
}

/** The highest sensitivity of any point with at most so many false positives an image; 0 where no point has so few. */
export function sensitivityAt(curve: readonly FrocPoint[], falsePositivesPerImage: number): number {
  return curve.reduce(
    (highest, point) => (point.falsePositivesPerImage <= falsePositivesPerImage ? Math.max(highest, point.sensitivity) : highest),
    0,
  );
}
