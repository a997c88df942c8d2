import { maskArea, maskOverlap, type Mask, type RasterF32 } from '@mammoline/imaging';
import { countDetections, lesionsOf, type Detections } from '../metrics/count-detections.ts';
import { detectionsOf } from '../metrics/froc.ts';
import { countPixels, type PixelCounts } from '../metrics/pixel-counts.ts';
import { softIou } from '../metrics/soft-iou.ts';

/** All that is kept of one image: its size does not depend on the image's. */
export interface ImageScores {
  readonly dice: number;
  readonly iou: number;
  readonly softIou: number;
  readonly truthAreaPx: number;
  readonly predictedAreaPx: number;
  /** Of the predicted mask. */
  readonly detections: Detections;
  /** At each threshold of the FROC curve. */
  readonly frocDetections: readonly Detections[];
  readonly pixels: PixelCounts;
}

export interface PredictedImage {
  /** At the source's resolution, like the masks. */
  readonly probabilities: RasterF32;
  readonly mask: Mask;
  readonly truth: Mask;
  /** What the mask leaves out, and the curve too. */
  readonly smallestAreaPx: number;
}

export function scoreImage({ probabilities, mask, truth, smallestAreaPx }: PredictedImage): ImageScores {
  const { dice, iou } = maskOverlap(mask, truth);
  return {
    dice,
    iou,
    softIou: softIou(probabilities, truth),
    truthAreaPx: maskArea(truth),
    predictedAreaPx: maskArea(mask),
    detections: countDetections(mask, lesionsOf(truth)),
    frocDetections: detectionsOf(probabilities, truth, smallestAreaPx),
    pixels: countPixels(probabilities, truth),
  };
}
