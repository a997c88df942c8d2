import { resizeAreaAverage, type Mask } from '@mammoline/imaging';
import { invalid } from '@mammoline/kernel';
import type { Example } from '../augmentation/example.ts';

/** Prepared images with their masks, of any square side, loaded one by one. */
export interface Dataset {
  readonly size: number;
  load(index: number, signal?: AbortSignal): Promise<Example>;
}

/** Loads all examples at the network's size; they stay in memory: two bytes a pixel. @throws Failure invalid for an image that is not square or a mask of another size */
export async function loadExamples(dataset: Dataset, side: number, signal?: AbortSignal): Promise<readonly Example[]> {
  const examples: Example[] = [];
  for (let index = 0; index < dataset.size; index += 1) {
    signal?.throwIfAborted();
    const { image, mask } = await dataset.load(index, signal);
    if (image.rows !== image.columns || mask.rows !== image.rows || mask.columns !== image.columns) {
      throw invalid(
        `found an image of ${image.rows} x ${image.columns} with a mask of ${mask.rows} x ${mask.columns}, expected equal squares`,
      );
    }
    examples.push({ image: resizeAreaAverage(image, side, side), mask: resizeMask(mask, side) });
  }
  return examples;
}

/** A pixel is marked where half of its area is. */
function resizeMask(mask: Mask, side: number): Mask {
  const { rows, columns, data } = resizeAreaAverage({ ...mask, data: mask.data.map((value) => 255 * value) }, side, side);
  return { rows, columns, data: data.map((value) => (value >= 128 ? 1 : 0)) };
}
