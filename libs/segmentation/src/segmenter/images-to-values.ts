import { resizeAreaAverage, type Raster8 } from '@mammoline/imaging';
import { invalid } from '@mammoline/kernel';

/**
 * Square grey images as networks take them: [images, side, side, 1], 0..1.
 * @throws Failure invalid for an image that is not square
 */
export function imagesToValues(images: readonly Raster8[], side: number): Float32Array {
  const pixels = side * side;
  const values = new Float32Array(images.length * pixels);
  for (const [index, image] of images.entries()) {
    if (image.rows !== image.columns) {
      throw invalid(`found an image of ${image.rows} x ${image.columns} pixels, expected a prepared, square one`);
    }
    const { data } = resizeAreaAverage(image, side, side);
    for (let at = 0; at < pixels; at += 1) values[index * pixels + at] = (data[at] ?? 0) / 255;
  }
  return values;
}
