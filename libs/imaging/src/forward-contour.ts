import { forwardPoint, type Geometry } from './geometry.ts';
import { mapContour } from './map-contour.ts';

/** Where a contour of the source image, x, y, x, y, ..., lies in the network's image. Its direction on the screen stays, also where the image is mirrored. */
export function forwardContour(contour: readonly number[], geometry: Geometry): readonly number[] {
  return mapContour(contour, geometry.isFlipped, (point) => forwardPoint(point, geometry));
}
