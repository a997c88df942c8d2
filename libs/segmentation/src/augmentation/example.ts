import type { Mask, Raster8 } from '@mammoline/imaging';

/** A square image and what is marked in it, of one size. */
export interface Example {
  readonly image: Raster8;
  readonly mask: Mask;
}
