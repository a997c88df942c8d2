import { resizeAreaAverage, type Raster8 } from '@mammoline/imaging';
import type { Tensor4D, TensorFlow } from '../backend/tensorflow.ts';

/** Square grey images as the network takes them: [images, side, side, 1], 0..1. */
export function imagesToTensor(tf: TensorFlow, images: readonly Raster8[], side: number): Tensor4D {
  const pixels = side * side;
  const values = new Float32Array(images.length * pixels);
  for (const [index, image] of images.entries()) {
    const { data } = resizeAreaAverage(image, side, side);
    for (let at = 0; at < pixels; at += 1) values[index * pixels + at] = (data[at] ?? 0) / 255;
  }
  return tf.tensor4d(values, [images.length, side, side, 1]);
}
