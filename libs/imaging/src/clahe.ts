import { roundHalfEven } from './round-half-even.ts';
import type { Raster8 } from './raster.ts';

export interface ClaheOptions {
  /** A grey value may count at most this many times its share of an even histogram. */
  readonly clipLimit: number;
  /** The image is cut into tiles x tiles parts. */
  readonly tiles: number;
}

/**
 * Contrast-limited adaptive histogram equalisation, bit for bit that of OpenCV (`createCLAHE`): a table a tile from its clipped histogram, and each
 * pixel interpolated between the tables of the four nearest tiles in single precision.
 * Where a side does not divide by the number of tiles, both sides are padded (mirrored without the edge pixel) for the histograms alone;
 * a side that does divide then gains a whole `tiles` pixels, as it does in OpenCV.
 */
export function clahe(image: Raster8, { clipLimit, tiles }: ClaheOptions): Raster8 {
  const { rows, columns } = image;
  const isEven = rows % tiles === 0 && columns % tiles === 0;
  const tileRows = isEven ? rows / tiles : (rows + tiles - (rows % tiles)) / tiles;
  const tileColumns = isEven ? columns / tiles : (columns + tiles - (columns % tiles)) / tiles;

  const tables = new Uint8Array(tiles * tiles * 256);
  for (let row = 0; row < tiles; row += 1) {
    for (let column = 0; column < tiles; column += 1) {
      const histogram = histogramOf(image, row * tileRows, column * tileColumns, tileRows, tileColumns);
      const start = (row * tiles + column) * 256;
      equalise(histogram, tileRows * tileColumns, clipLimit, tables.subarray(start, start + 256));
    }
  }
  return interpolate(image, tables, tiles, tileRows, tileColumns);
}

function histogramOf({ rows, columns, data }: Raster8, top: number, left: number, tileRows: number, tileColumns: number): Int32Array {
  const histogram = new Int32Array(256);
  const inside = Math.max(left, Math.min(left + tileColumns, columns));
  for (let y = top; y < top + tileRows; y += 1) {
    const start = mirrored(y, rows) * columns;
    for (let x = left; x < inside; x += 1) {
      const value = data[start + x] ?? 0;
      histogram[value] = (histogram[value] ?? 0) + 1;
    }
    for (let x = inside; x < left + tileColumns; x += 1) {
      const value = data[start + mirrored(x, columns)] ?? 0;
      histogram[value] = (histogram[value] ?? 0) + 1;
    }
  }
  return histogram;
}

/** OpenCV's BORDER_REFLECT_101: 0 1 2 3 | 2 1 0. */
function mirrored(at: number, length: number): number {
  if (length === 1) return 0;
  let inside = at;
  while (inside < 0 || inside >= length) inside = inside < 0 ? -inside : 2 * (length - 1) - inside;
  return inside;
}

function equalise(histogram: Int32Array, area: number, clipLimit: number, table: Uint8Array): void {
  const limit = Math.max(Math.trunc((clipLimit * area) / 256), 1);
  let excess = 0;
  for (let value = 0; value < 256; value += 1) {
    const count = histogram[value] ?? 0;
    if (count <= limit) continue;
    excess += count - limit;
    histogram[value] = limit;
  }
  const share = excess >> 8;
  const rest = excess - (share << 8);
  const step = Math.max(Math.trunc(256 / Math.max(rest, 1)), 1);
  const scale = Math.fround(255 / area);
  let sum = 0;
  for (let value = 0; value < 256; value += 1) {
    const gainsRest = value % step === 0 && value / step < rest;
    sum += (histogram[value] ?? 0) + share + (gainsRest ? 1 : 0);
    table[value] = Math.min(255, roundHalfEven(Math.fround(Math.fround(sum) * scale)));
  }
}

/** For each coordinate along one axis: the offsets of the two tiles' tables and the weight of the second, in single precision. */
function weights(length: number, tileLength: number, tiles: number, stride: number) {
  const first = new Int32Array(length);
  const second = new Int32Array(length);
  const weight = new Float32Array(length);
  const perPixel = Math.fround(1 / tileLength);
  for (let at = 0; at < length; at += 1) {
    const position = Math.fround(Math.fround(at * perPixel) - 0.5);
    const tile = Math.floor(position);
    weight[at] = Math.fround(position - tile);
    first[at] = Math.max(tile, 0) * stride;
    second[at] = Math.min(tile + 1, tiles - 1) * stride;
  }
  return { first, second, weight };
}

function interpolate(image: Raster8, tables: Uint8Array, tiles: number, tileRows: number, tileColumns: number): Raster8 {
  const { rows, columns, data } = image;
  const fround = Math.fround;
  const across = weights(columns, tileColumns, tiles, 256);
  const down = weights(rows, tileRows, tiles, tiles * 256);
  const result = new Uint8Array(data.length);
  for (let y = 0; y < rows; y += 1) {
    const start = y * columns;
    const upper = down.first[y] ?? 0;
    const lower = down.second[y] ?? 0;
    const lowerWeight = down.weight[y] ?? 0;
    const upperWeight = fround(1 - lowerWeight);
    for (let x = 0; x < columns; x += 1) {
      const value = data[start + x] ?? 0;
      const left = (across.first[x] ?? 0) + value;
      const right = (across.second[x] ?? 0) + value;
      const rightWeight = across.weight[x] ?? 0;
      const leftWeight = fround(1 - rightWeight);
      const above = fround(fround((tables[upper + left] ?? 0) * leftWeight) + fround((tables[upper + right] ?? 0) * rightWeight));
      const below = fround(fround((tables[lower + left] ?? 0) * leftWeight) + fround((tables[lower + right] ?? 0) * rightWeight));
      // Adding 2^23 in single precision leaves no room for a fraction: rounds half to even.
      result[start + x] = fround(fround(fround(fround(above * upperWeight) + fround(below * lowerWeight)) + 8388608) - 8388608);
    }
  }
  return { rows, columns, data: result };
}
