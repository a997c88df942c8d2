import type { ValueRange } from '../value-range.ts';
import type { BitMask } from '../bit-mask.ts';

/**
 * The inner loops over pixels, in SIMD WebAssembly or, where that is missing, in plain TypeScript (./plain), to the same bits. What they work on is
 * made by `bytes`, `words16`, ... of the same kernels, of any content, and is gone with the next `startOver`.
 */
export interface Kernels {
  readonly name: 'simd' | 'plain';
  /** Gives up all that was made, and makes room for `bytes`. */
  startOver(bytes: number): void;
  bytes(length: number): Uint8Array;
  words16(length: number): Uint16Array;
  words32(length: number): Uint32Array;
  singles(length: number): Float32Array;

  /** @param values at least one */
  valueRange(values: Uint8Array | Uint16Array): ValueRange;
  /** Marks the pixels that are `lowest` or above; the others get unmarked. */
  markFrom(image: Uint8Array | Uint16Array, lowest: number, marks: BitMask): void;
  /** Marks all within `radius` pixels left and right of each mark. @param radius less than `sparePx` */
  dilateAlongRows(marks: BitMask, radius: number): void;
  /** Marks all within `radius` pixels above and below each mark. @param radius less than `sparePx` */
  dilateAlongColumns(marks: BitMask, radius: number): void;
  /** The largest value of the marked pixels; 0 if there are none. */
  brightestWithin(image: Uint16Array, marks: BitMask): number;
  /** Each marked pixel's value in the table; the others get 0. @param table of every value that is marked */
  lookUpWithin(image: Uint16Array, marks: BitMask, table: Uint8Array, into: Uint8Array): void;
  /** Mirrors left and right, in place. */
  mirrorRows(image: Uint8Array, rows: number, columns: number): void;
  /** Counts values: `width` pixels from `left` of each of the rows that `rowsOf` names. @param counts of 256 values, added to @param scratch 1024 words */
  countValues(image: Uint8Array, part: CountedPart, counts: Uint32Array, scratch: Uint32Array): void;
  /**
   * In place: each pixel's value in four tables, mixed left and right, then above and below, in single precision without fused multiply-add, rounded
   * half to even.
   */
  interpolateTables(image: Uint8Array, columns: number, grid: TableGrid): void;
  /** Each value's in the table, in place. @param table of 256 bytes */
  lookUpBytes(image: Uint8Array, table: Uint8Array): void;
  /** Sums rows, column by column, times their weights. The sums must fit 32 bits. */
  sumRows(image: Uint8Array, part: SummedRows, sums: Uint32Array): void;
  /** Averages `columns` sums to `to.length` bytes: each gets the sums that it covers, times the parts of `to.length` that it covers, over `area`; half up. */
  averageAlongRow(sums: Uint32Array, columns: number, area: number, to: Uint8Array): void;
  /** PNG's filter 2: each row after a byte 2, each pixel less the one above it. @param image a row more, above them @param into a byte more a row */
  filterRows(image: Uint8Array, rows: number, columns: number, into: Uint8Array): void;
}

export interface CountedPart {
  readonly columns: number;
  readonly left: number;
  readonly width: number;
  readonly rowsOf: Uint32Array;
}

/** Tables between which pixels lie, and where. */
export interface TableGrid {
  /**
   * For each place down and, within it, across: 256 words with the values of four tables, from the lowest byte on: upper left, upper right, lower left,
   * lower right.
   */
  readonly packed: Uint32Array;
  /** The first column of each place across, and the number of columns. */
  readonly starts: Uint32Array;
  /** Of each column. */
  readonly leftWeights: Float32Array;
  readonly rightWeights: Float32Array;
  /** Of each row. */
  readonly placesDown: Uint32Array;
  readonly upperWeights: Float32Array;
  readonly lowerWeights: Float32Array;
}

export interface SummedRows {
  readonly columns: number;
  readonly first: number;
  /** At least one. */
  readonly rows: number;
  readonly firstWeight: number;
  /** Of the rows between the first and the last. */
  readonly innerWeight: number;
  /** Not used where the first row is the last. */
  readonly lastWeight: number;
}
