import type { Raster8, RasterF32 } from '@mammoline/imaging';
import type { PictureKind } from '@mammoline/kernel';
import type { Backend } from '../backend/backend.ts';
import type { Looks } from '../ensemble/looks.ts';
import { createNetwork } from '../networks/create-network.ts';
import { countParameters, type NetworkName } from '../networks/network.ts';
import { parseWeights } from '../weights/model-file.ts';
import { predictProbabilities } from './predict-probabilities.ts';
import { resizeProbabilities } from './resize-probabilities.ts';

/** A trained network, ready to predict. */
export interface Segmenter {
  /** Side of the probabilities in pixels. */
  readonly imageSize: number;
  readonly network: NetworkName;
  /** Of a prepared mammogram, the one that `predict` expects. */
  readonly picture: PictureKind;
  readonly parameters: number;
  /** From this probability on a pixel counts as tumour; chosen on the validation patients. */
  readonly threshold: number;
  /** What the mean should be taken of, which openEnsemble does: `predict` looks at the image itself, once. What openEnsemble gives has looked. */
  readonly looks: Looks;
  /**
   * Prepared square images of any side to probabilities of imageSize x imageSize, in order.
   * @param side of what the network sees, in pixels, a multiple of 32 (default: imageSize)
   * @throws Failure invalid for an image that is not square; the signal's reason when it aborts
   */
  predict(images: readonly Raster8[], signal?: AbortSignal, side?: number): Promise<readonly RasterF32[]>;
  /**
   * Where it is several networks, or one that looks more than once: the maps whose mean `predict` gives, of one image.
   * @param members by their place in the ensemble's file (default: all)
   */
  readonly lookAt?: ((image: Raster8, signal?: AbortSignal, members?: readonly number[]) => Promise<readonly RasterF32[]>) | undefined;
  dispose(): void;
}

/** @throws Failure invalid for bytes that are not a model of this project */
export async function loadSegmenter(weights: Uint8Array, backend: Backend): Promise<Segmenter> {
  const model = parseWeights(weights);
  const network = createNetwork(backend, model.network, { input: model.input, arrays: model.weights, isFinal: true });
  return {
    imageSize: model.imageSize,
    network: model.network,
    picture: model.picture,
    parameters: countParameters(network),
    threshold: model.threshold,
    looks: model.looks,
    predict: async (images, signal, side = model.imageSize) =>
      (await predictProbabilities(network, images, side, signal)).map((map) => resizeProbabilities(map, model.imageSize)),
    dispose: () => {
      network.dispose();
    },
  };
}
