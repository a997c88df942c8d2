import type { Example } from '../augmentation/example.ts';
import { createRandom } from '../random/create-random.ts';
import type { Dataset } from './dataset.ts';

/** Grey noise with one bright disc each: what a network must find within seconds. */
export function drawnLesions(count: number, side: number, seed: number): Dataset {
  const examples = Array.from({ length: count }, (_, index): Example => {
    const random = createRandom('drawn lesions', seed, index);
    const [x0, y0, radius] = [side * (0.2 + 0.6 * random.uniform()), side * (0.2 + 0.6 * random.uniform()), side * 0.1];
    const image = new Uint8Array(side * side);
    const mask = new Uint8Array(side * side);
    for (let at = 0; at < image.length; at += 1) {
      const isLesion = Math.hypot((at % side) - x0, Math.floor(at / side) - y0) < radius;
      image[at] = 60 + 40 * random.uniform() + (isLesion ? 70 : 0);
      mask[at] = isLesion ? 1 : 0;
    }
    return { image: { rows: side, columns: side, data: image }, mask: { rows: side, columns: side, data: mask } };
  });
  return {
    size: count,
    load: (index) => {
      const example = examples[index];
      return example === undefined ? Promise.reject(new RangeError(`no example ${index}`)) : Promise.resolve(example);
    },
  };
}
