/** Grey 8-bit pixels, row-major: `data[y * columns + x]`. */
export interface Raster8 {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array;
}

/** Grey unsigned 16-bit pixels, row-major. */
export interface Raster16 {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint16Array;
}

/** A binary image, one byte a pixel, 0 or 1, row-major. */
export interface Mask {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array;
}

/** A real-valued image in row-major order, e.g. probabilities in 0..1. */
export interface RasterF32 {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** Grey pixels as files have them. */
export interface GreyRaster {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array | Uint16Array;
}
