import type { Mask, RasterF32 } from '@mammoline/imaging';
import type { Example } from '../augmentation/example.ts';
import type { Backend } from '../backend/backend.ts';
import type { Looks } from '../ensemble/looks.ts';
import { openEnsemble } from '../ensemble/open-ensemble.ts';
import { bestOperatingPoint, type OperatingPoint } from '../metrics/best-operating-point.ts';
import { loadSegmenter } from '../segmenter/load-segmenter.ts';
import { abstentionLimit } from '../uncertainty/abstention-limit.ts';
import { disagreementOfMaps } from '../uncertainty/disagreement-of-maps.ts';
import { meanOfMaps } from '../uncertainty/mean-of-maps.ts';

/** How a trained network is to be used. */
export interface Judgement extends OperatingPoint {
  /** Of the maps' disagreement; undefined where the network looks once, or too few images say. */
  readonly abstainAbove: number | undefined;
}

/**
 * Chooses threshold, smallest area and limit of disagreement of a network that looks more than once, on the validation images. The epochs are compared by one look, which takes a fraction of the
 * time; what suits the mean of several maps is another threshold.
 * @param model a model file
 * @param looks more than one
 */
export async function judgeLooks(
  model: Uint8Array,
  looks: Looks,
  validation: readonly Example[],
  backend: Backend,
  signal?: AbortSignal,
): Promise<Judgement> {
  const network = await loadSegmenter(model, backend);
  const looking = openEnsemble([network], looks, network.threshold);
  try {
    const predicted: RasterF32[] = [];
    const disagreements: number[] = [];
    const truths: Mask[] = [];
    for (const { image, mask } of validation) {
      const maps = (await looking.lookAt?.(image, signal)) ?? [];
      const mean = meanOfMaps(maps);
      predicted.push(mean);
      disagreements.push(disagreementOfMaps(maps, mean));
      truths.push(mask);
    }
    return { ...bestOperatingPoint(predicted, truths), abstainAbove: abstentionLimit(disagreements) };
  } finally {
    looking.dispose();
  }
}
