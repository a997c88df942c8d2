import { augmentExample } from '../augmentation/augment-example.ts';
import type { Example } from '../augmentation/example.ts';
import { createRandom } from '../random/create-random.ts';
import { shuffled } from '../random/shuffled.ts';
import type { TrainingOptions } from './training-options.ts';

/**
 * The batches of one epoch: cropsPerImage squares of each example, in random order, made as they are asked for. Of each example every other square is
 * around a lesion: small lesions would be in few squares otherwise.
 */
export function* drawBatches(options: TrainingOptions, examples: readonly Example[], epoch: number): Generator<readonly Example[]> {
  const { seed, cropSize, cropsPerImage, batchSize } = options;
  const places = examples.flatMap((example, index) => Array.from({ length: cropsPerImage }, (_, crop) => ({ example, index, crop })));
  const order = shuffled(places, createRandom('order', seed, epoch));
  for (let start = 0; start < order.length; start += batchSize) {
    yield order
      .slice(start, start + batchSize)
      .map(({ example, index, crop }) =>
        augmentExample(
          example,
          { cropSidePx: cropSize, aroundLesion: crop % 2 === 0 },
          createRandom('augmentation', seed, epoch, index, crop),
        ),
      );
  }
}
