import { crop } from './crop.ts';
import type { Raster8 } from './raster.ts';

/** The largest square in the middle of an image. */
export function centreSquare(image: Raster8): Raster8 {
  const side = Math.min(image.rows, image.columns);
  const middle = Math.floor(side / 2);
  return crop(image, { top: Math.floor(image.rows / 2) - middle, left: Math.floor(image.columns / 2) - middle, rows: side, columns: side });
}
