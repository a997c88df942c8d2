import { encodePng, inverseProbabilities, type Geometry } from '@mammoline/imaging';
import type { Uncertainty } from './segment-image.ts';

/** Probabilities deviate by one half at the most. */
const largestDeviation = 0.5;

/** The deviation in the pixels of the source image, 8-bit PNG: 255 for .5. */
export async function encodeUncertaintyMap({ deviation }: Uncertainty, geometry: Geometry): Promise<Uint8Array> {
  const { rows, columns, data } = inverseProbabilities(deviation, geometry);
  const grey = new Uint8Array(data.length);
  for (let at = 0; at < grey.length; at += 1) grey[at] = Math.round((255 * (data[at] ?? 0)) / largestDeviation);
  return encodePng({ rows, columns, data: grey });
}
