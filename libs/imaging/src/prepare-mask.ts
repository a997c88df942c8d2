import { invalid } from '@mammoline/kernel';
import { crop } from './crop.ts';
import { flip } from './flip.ts';
import type { Geometry } from './geometry.ts';
import { padToSquare } from './pad-to-square.ts';
import type { Mask } from './raster.ts';

/**
 * Cuts, mirrors and pads a mask as its mammogram was: square, at the resolution of the source.
 * @throws Failure invalid for a mask of another size than the mammogram
 */
export function prepareMask(mask: Mask, geometry: Geometry): Mask {
  const { source } = geometry;
  if (mask.rows !== source.rows || mask.columns !== source.columns) {
    throw invalid(`found a mask of ${mask.rows} x ${mask.columns} pixels, expected its mammogram's ${source.rows} x ${source.columns}`);
  }
  const cropped = crop(mask, geometry.crop);
  return padToSquare(geometry.isFlipped ? flip(cropped) : cropped);
}
