export type { Mask, Raster16, Raster8, RasterF32 } from './raster.ts';
