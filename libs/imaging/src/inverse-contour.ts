import { inversePoint, type Geometry } from './geometry.ts';
import { mapContour } from './map-contour.ts';

/**
 * Where a contour of the network's image lies in the source image: the inverse of `forwardContour`. One through the centres of the network's pixels
 * stays half a network pixel inside of what they cover: outlines of predictions are traced in the source's pixels, after `inverseProbabilities`.
 */
export function inverseContour(contour: readonly number[], geometry: Geometry): readonly number[] {
  return mapContour(contour, geometry.isFlipped, (point) => inversePoint(point, geometry));
}
