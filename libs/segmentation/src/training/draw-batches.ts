import type { AugmentedExample } from '../augmentation/augment-batch.ts';
import { drawAffine } from '../augmentation/draw-affine.ts';
import { drawTone } from '../augmentation/draw-tone.ts';
import type { Example } from '../augmentation/example.ts';
import { createRandom } from '../random/create-random.ts';
import { shuffled } from '../random/shuffled.ts';
import { squareSidePx, type TrainingOptions } from './training-options.ts';

/**
 * The batches of one epoch: squares of each example in random order, drawn as they are asked for. Of each example every other square is around a lesion: small lesions would be in few squares
 * otherwise.
 */
export function* drawBatches(
  options: TrainingOptions,
  examples: readonly Example[],
  epoch: number,
): Generator<readonly AugmentedExample[]> {
  const { seed, augmentation, batchSize } = options;
  const sidePx = squareSidePx(options);
  const places = examples.flatMap((example, index) =>
    Array.from({ length: augmentation.squaresPerImage }, (_, square) => ({ example, index, square })),
  );
  const order = shuffled(places, createRandom('order', seed, epoch));
  for (let start = 0; start < order.length; start += batchSize) {
    yield order.slice(start, start + batchSize).map(({ example, index, square }) => {
      const random = createRandom('augmentation', seed, epoch, index, square);
      const affine = drawAffine(example, augmentation, { sidePx, aroundLesion: square % 2 === 0 }, random);
      return { example, affine, tone: drawTone(augmentation, random) };
    });
  }
}
