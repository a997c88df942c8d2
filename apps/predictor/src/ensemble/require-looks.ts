import type { modelsV1 } from '@mammoline/contracts';
import { invalid } from '@mammoline/kernel';
import { flipChoices, type Looks } from '@mammoline/segmentation';

/** Below, a mammogram of 512 pixels is a stamp; above, the network sees what it never learnt. */
const [leastSize, largestSize] = [0.25, 2];
const mostSizes = 4;

/**
 * How an ensemble is asked to look; the sizes largest first, each once, so that the same looks are the same ensemble.
 * @param own sizes, which are taken where none is given
 * @throws Failure invalid by the name of the field
 */
export function requireLooks({ flips: text, sizes }: Pick<modelsV1.MakeEnsembleRequest, 'flips' | 'sizes'>, own: readonly number[]): Looks {
  const flips = text === '' ? 'all' : flipChoices.find((known) => known === text);
  if (flips === undefined) throw invalid(`flips: found ${JSON.stringify(text)}, expected ${flipChoices.join(', ')}`, { field: 'flips' });
  const distinct = [...new Set(sizes.length === 0 ? own : sizes)].sort((a, b) => b - a);
  if (distinct.length > mostSizes || !distinct.every((size) => size >= leastSize && size <= largestSize)) {
    throw invalid(`sizes: found ${distinct.join(', ')}, expected at most ${mostSizes} of ${leastSize} to ${largestSize}`, {
      field: 'sizes',
    });
  }
  return { flips, sizes: distinct };
}
