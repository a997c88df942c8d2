import { crop } from '@mammoline/imaging';
import type { Random } from '../random/create-random.ts';
import type { Example } from './example.ts';

/**
 * Cuts a random square out of an example, around a random marked pixel where there is one and `aroundLesion` is set, else anywhere in the breast.
 * The point is kept off the square's centre at random: a network that always found lesions at the centre would learn the place.
 */
export function cropExample({ image, mask }: Example, sidePx: number, aroundLesion: boolean, random: Random): Example {
  const centre = pickPixel(aroundLesion ? mask.data : image.data, random) ?? pickPixel(image.data, random) ?? 0;
  const place = (position: number, length: number): number =>
    Math.min(length - sidePx, Math.max(0, Math.round(position - sidePx * (0.15 + 0.7 * random.uniform()))));
  const rectangle = {
    top: place(Math.floor(centre / image.columns), image.rows),
    left: place(centre % image.columns, image.columns),
    rows: sidePx,
    columns: sidePx,
  };
  return { image: crop(image, rectangle), mask: crop(mask, rectangle) };
}

/** The place of a random pixel that is not zero. */
function pickPixel(data: Uint8Array, random: Random): number | undefined {
  let count = 0;
  for (const value of data) count += value === 0 ? 0 : 1;
  if (count === 0) return undefined;
  let left = random.integer(count);
  return data.findIndex((value) => value !== 0 && left-- === 0);
}
