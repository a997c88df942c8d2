import type { Raster8, RasterF32 } from '@mammoline/imaging';
import { inference, type Network } from '../networks/network.ts';
import { imagesToValues } from './images-to-values.ts';

/** Predicts images one by one, so that memory stays that of one; gives other work its turn in between. Side x side probabilities each. */
export async function predictProbabilities(
  network: Network,
  images: readonly Raster8[],
  side: number,
  signal?: AbortSignal,
): Promise<readonly RasterF32[]> {
  const { tf } = network.backend;
  const predicted: RasterF32[] = [];
  for (const image of images) {
    signal?.throwIfAborted();
    const probabilities = tf.tidy(() =>
      tf.sigmoid(network.forward(tf.tensor4d(imagesToValues([image], side), [1, side, side, 1]), inference)),
    );
    try {
      predicted.push({ rows: side, columns: side, data: Float32Array.from(await probabilities.data<'float32'>()) });
    } finally {
      probabilities.dispose();
    }
  }
  return predicted;
}
