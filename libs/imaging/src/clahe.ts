import type { Kernels } from './kernels/kernels.ts';
import { roundHalfEven } from './round-half-even.ts';
import type { Raster8 } from './raster.ts';

export interface ClaheOptions {
  /** A grey value may count at most this many times its share of an even histogram. */
  readonly clipLimit: number;
  /** The image is cut into tiles x tiles parts. */
  readonly tiles: number;
}

/**
 * Contrast-limited adaptive histogram equalisation, in place, bit for bit that of OpenCV (`createCLAHE`): a table a tile from its clipped histogram, and
 * each pixel interpolated between the tables of the four nearest tiles in single precision.
 * Where a side does not divide by the number of tiles, both sides are padded (mirrored without the edge pixel) for the histograms alone;
 * a side that does divide then gains a whole `tiles` pixels, as it does in OpenCV.
 */
export function clahe(image: Raster8, { clipLimit, tiles }: ClaheOptions, kernels: Kernels): void {
  const { rows, columns } = image;
  const isEven = rows % tiles === 0 && columns % tiles === 0;
  const grid: Grid = {
    tiles,
    tileRows: isEven ? rows / tiles : (rows + tiles - (rows % tiles)) / tiles,
    tileColumns: isEven ? columns / tiles : (columns + tiles - (columns % tiles)) / tiles,
  };
  const tables = new Uint8Array(tiles * tiles * 256);
  const scratch = kernels.words32(1024);
  const counts = kernels.words32(256);
  const rowsOf = kernels.words32(grid.tileRows);
  for (let row = 0; row < tiles; row += 1) {
    for (let at = 0; at < grid.tileRows; at += 1) rowsOf[at] = mirrored(row * grid.tileRows + at, rows);
    for (let column = 0; column < tiles; column += 1) {
      counts.fill(0);
      for (const [left, width] of spansOf(column * grid.tileColumns, grid.tileColumns, columns)) {
        kernels.countValues(image.data, { columns, left, width, rowsOf }, counts, scratch);
      }
      const start = (row * tiles + column) * 256;
      equalise(counts, grid.tileRows * grid.tileColumns, clipLimit, tables.subarray(start, start + 256));
    }
  }
  interpolate(image, packTables(tables, tiles, kernels), grid, kernels);
}

interface Grid {
  readonly tiles: number;
  readonly tileRows: number;
  readonly tileColumns: number;
}

/** The columns of a tile as spans of columns that are there: those inside the image, then each mirrored one. */
function spansOf(left: number, width: number, columns: number): readonly (readonly [left: number, width: number])[] {
  const inside = Math.max(0, Math.min(left + width, columns) - left);
  const spans: (readonly [number, number])[] = inside > 0 ? [[left, inside]] : [];
  for (let x = left + inside; x < left + width; x += 1) spans.push([mirrored(x, columns), 1]);
  return spans;
}

/** OpenCV's BORDER_REFLECT_101: 0 1 2 3 | 2 1 0. */
function mirrored(at: number, length: number): number {
  if (length === 1) return 0;
  let inside = at;
  while (inside < 0 || inside >= length) inside = inside < 0 ? -inside : 2 * (length - 1) - inside;
  return inside;
}

function equalise(histogram: Uint32Array, area: number, clipLimit: number, table: Uint8Array): void {
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

/**
 * For each place between tiles (before the first, between two, after the last; down and across) one table of 256 words: the values in the tables of the
 * upper left, upper right, lower left and lower right tile, from the lowest byte on.
 */
function packTables(tables: Uint8Array, tiles: number, kernels: Kernels): Uint32Array {
  const packed = kernels.words32((tiles + 1) * (tiles + 1) * 256);
  const inside = (tile: number): number => Math.max(0, Math.min(tile, tiles - 1));
  for (let row = 0; row <= tiles; row += 1) {
    for (let column = 0; column <= tiles; column += 1) {
      const start = (row * (tiles + 1) + column) * 256;
      const [upper, lower] = [inside(row - 1) * tiles, inside(row) * tiles];
      const [left, right] = [inside(column - 1), inside(column)];
      for (let value = 0; value < 256; value += 1) {
        packed[start + value] =
          (tables[(upper + left) * 256 + value] ?? 0) |
          ((tables[(upper + right) * 256 + value] ?? 0) << 8) |
          ((tables[(lower + left) * 256 + value] ?? 0) << 16) |
          ((tables[(lower + right) * 256 + value] ?? 0) << 24);
      }
    }
  }
  return packed;
}

/** Between which tiles a coordinate along one axis lies (0: before the first), and the weights of both, in single precision. */
function placeOf(at: number, tileLength: number): { readonly place: number; readonly first: number; readonly second: number } {
  const position = Math.fround(Math.fround(at * Math.fround(1 / tileLength)) - 0.5);
  const tile = Math.floor(position);
  const second = Math.fround(position - tile);
  return { place: tile + 1, first: Math.fround(1 - second), second };
}

function interpolate(
  { rows, columns, data }: Raster8,
  packed: Uint32Array,
  { tiles, tileRows, tileColumns }: Grid,
  kernels: Kernels,
): void {
  const [leftWeights, rightWeights] = [kernels.singles(columns), kernels.singles(columns)];
  const [upperWeights, lowerWeights] = [kernels.singles(rows), kernels.singles(rows)];
  // Places that no column reaches start where the image ends.
  const starts = kernels.words32(tiles + 2).fill(columns);
  const placesDown = kernels.words32(rows);
  for (let x = columns - 1; x >= 0; x -= 1) {
    const { place, first, second } = placeOf(x, tileColumns);
    leftWeights[x] = first;
    rightWeights[x] = second;
    starts.fill(x, 0, place + 1);
  }
  for (let y = 0; y < rows; y += 1) {
    const { place, first, second } = placeOf(y, tileRows);
    placesDown[y] = place;
    upperWeights[y] = first;
    lowerWeights[y] = second;
  }
  kernels.interpolateTables(data, columns, { packed, starts, leftWeights, rightWeights, placesDown, upperWeights, lowerWeights });
}
