/** An array of 32-bit floats, row-major. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type NamedArrays = ReadonlyMap<string, NamedArray>;
