import type { Point } from '@mammoline/imaging';
import type { Random } from '../random/create-random.ts';
import type { Example } from './example.ts';

/** Of 255. Preparation's equalisation lifts the film beside the breast off 0: to 2 or 3 in real mammograms, where only the padding stays 0. */
const darkest = 16;

/**
 * Draws the centre of a square within an example: such that a random marked pixel is in it where there is one and `aroundLesion` is set, else a pixel of the breast.
 * The pixel is kept off the square's centre at random: a network that always found lesions at the centre would learn the place.
 */
export function drawCentre({ image, mask }: Example, sidePx: number, aroundLesion: boolean, random: Random): Point {
  const inBreast = (): number | undefined => pickPixel(image.data, darkest, random);
  const at = (aroundLesion ? pickPixel(mask.data, 0, random) : inBreast()) ?? inBreast() ?? 0;
  const place = (position: number, length: number): number =>
    Math.min(length - sidePx, Math.max(0, Math.round(position - sidePx * (0.15 + 0.7 * random.uniform())))) + (sidePx - 1) / 2;
  return { x: place(at % image.columns, image.columns), y: place(Math.floor(at / image.columns), image.rows) };
}

/** The place of a random pixel above a value. */
function pickPixel(data: Uint8Array, above: number, random: Random): number | undefined {
  let count = 0;
  for (const value of data) count += value > above ? 1 : 0;
  if (count === 0) return undefined;
  let left = random.integer(count);
  return data.findIndex((value) => value > above && left-- === 0);
}
