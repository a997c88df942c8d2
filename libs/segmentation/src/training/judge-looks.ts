import type { Example } from '../augmentation/example.ts';
import type { Backend } from '../backend/backend.ts';
import type { Looks } from '../ensemble/looks.ts';
import { openEnsemble } from '../ensemble/open-ensemble.ts';
import { openJudge, type Judgement } from '../metrics/open-judge.ts';
import { loadSegmenter } from '../segmenter/load-segmenter.ts';

/**
 * Chooses threshold, smallest area and limit of disagreement of a network that looks more than once, on the validation images. The epochs are compared without mirror images, which takes
 * a fraction of the time; what suits the mean of more maps is another threshold.
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
    const judge = openJudge();
    for (const { image, mask } of validation) judge.see((await looking.lookAt?.(image, signal)) ?? [], mask);
    return judge.judge();
  } finally {
    looking.dispose();
  }
}
