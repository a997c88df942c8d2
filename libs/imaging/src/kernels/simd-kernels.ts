import { readFileSync } from 'node:fs';
import { bug } from '@mammoline/kernel';
import type { Kernels } from './kernels.ts';

/** What the compiled kernels export; pointers are offsets into the memory. */
interface Exports {
  valueRange(values: number, count: number): number;
  valueRangeOfBytes(values: number, count: number): number;
  markFrom(image: number, rows: number, columns: number, lowest: number, marks: number, strideWords: number): void;
  markBytesFrom(image: number, rows: number, columns: number, lowest: number, marks: number, strideWords: number): void;
  dilateAlongRows(marks: number, rows: number, columns: number, strideWords: number, radius: number): void;
  dilateAlongColumns(marks: number, rows: number, strideWords: number, radius: number): void;
  brightestWithin(image: number, rows: number, columns: number, marks: number, strideWords: number): number;
  lookUpWithin(image: number, rows: number, columns: number, marks: number, strideWords: number, table: number, into: number): void;
  mirrorRows(image: number, rows: number, columns: number): void;
  countValues(
    image: number,
    columns: number,
    left: number,
    width: number,
    rowsOf: number,
    height: number,
    counts: number,
    scratch: number,
  ): void;
  interpolateTables(
    image: number,
    rows: number,
    columns: number,
    packed: number,
    starts: number,
    places: number,
    leftWeights: number,
    rightWeights: number,
    placesDown: number,
    upperWeights: number,
    lowerWeights: number,
  ): void;
  lookUpBytes(image: number, count: number, table: number): void;
  sumRows(image: number, columns: number, rows: number, firstWeight: number, innerWeight: number, lastWeight: number, sums: number): void;
  averageAlongRow(sums: number, columns: number, toColumns: number, area: number, into: number): void;
  filterRows(image: number, rows: number, columns: number, into: number): void;
}

const pageBytes = 65_536;

/** What is used of it here. TypeScript's own declarations come with those of a browser. */
declare const WebAssembly: {
  validate(program: Uint8Array): boolean;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Module: new (program: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => {
    readonly exports: unknown;
  };
};

/** The program does not change while this one runs. */
let compiled: object | 'no SIMD' | undefined;

function compile(): object | 'no SIMD' {
  const program = readFileSync(new URL('./kernels.wasm', import.meta.url));
  return WebAssembly.validate(program) ? new WebAssembly.Module(program) : 'no SIMD';
}

/**
 * The kernels in SIMD WebAssembly (sources in libs/imaging/kernels), and the memory that they and their callers share.
 * @returns undefined where this processor has no SIMD (x64 before SSE 4.1)
 */
export function openSimdKernels(): Kernels | undefined {
  compiled ??= compile();
  if (compiled === 'no SIMD') return undefined;
  const memory = new WebAssembly.Memory({ initial: 0 });
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  const run = instance.exports as Exports;
  let used = 0;

  const take = (bytes: number): number => {
    const at = used;
    used += 16 * Math.ceil(bytes / 16);
    if (used > memory.buffer.byteLength) {
      throw bug(`kernels: found no room for ${bytes} bytes after ${at} of ${memory.buffer.byteLength}; tell startOver of them`);
    }
    return at;
  };
  /** Memory that was given up or is not the kernels' own would be read wrongly without a word. */
  const at = (array: ArrayBufferView): number => {
    if (array.buffer !== memory.buffer || array.byteOffset + array.byteLength > used) {
      throw bug('kernels: found pixels outside their memory; expected what their bytes, words16, words32 or singles gave since startOver');
    }
    return array.byteOffset;
  };

  return {
    name: 'simd',
    startOver: (bytes) => {
      used = 0;
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    },
    bytes: (length) => new Uint8Array(memory.buffer, take(length), length),
    words16: (length) => new Uint16Array(memory.buffer, take(2 * length), length),
    words32: (length) => new Uint32Array(memory.buffer, take(4 * length), length),
    singles: (length) => new Float32Array(memory.buffer, take(4 * length), length),
    valueRange: (values) => {
      const packed =
        values instanceof Uint8Array ? run.valueRangeOfBytes(at(values), values.length) : run.valueRange(at(values), values.length);
      return { min: packed & 0xffff, max: packed >>> 16 };
    },
    markFrom: (image, lowest, { rows, columns, words, strideWords }) => {
      if (image instanceof Uint8Array) run.markBytesFrom(at(image), rows, columns, lowest, at(words), strideWords);
      else run.markFrom(at(image), rows, columns, lowest, at(words), strideWords);
    },
    dilateAlongRows: ({ rows, columns, words, strideWords }, radius) => {
      run.dilateAlongRows(at(words), rows, columns, strideWords, radius);
    },
    dilateAlongColumns: ({ rows, words, strideWords }, radius) => {
      run.dilateAlongColumns(at(words), rows, strideWords, radius);
    },
    brightestWithin: (image, { rows, columns, words, strideWords }) =>
      run.brightestWithin(at(image), rows, columns, at(words), strideWords),
    lookUpWithin: (image, { rows, columns, words, strideWords }, table, into) => {
      run.lookUpWithin(at(image), rows, columns, at(words), strideWords, at(table), at(into));
    },
    mirrorRows: (image, rows, columns) => {
      run.mirrorRows(at(image), rows, columns);
    },
    countValues: (image, { columns, left, width, rowsOf }, counts, scratch) => {
      run.countValues(at(image), columns, left, width, at(rowsOf), rowsOf.length, at(counts), at(scratch));
    },
    interpolateTables: (image, columns, { packed, starts, leftWeights, rightWeights, placesDown, upperWeights, lowerWeights }) => {
      run.interpolateTables(
        at(image),
        placesDown.length,
        columns,
        at(packed),
        at(starts),
        starts.length - 1,
        at(leftWeights),
        at(rightWeights),
        at(placesDown),
        at(upperWeights),
        at(lowerWeights),
      );
    },
    lookUpBytes: (image, table) => {
      run.lookUpBytes(at(image), image.length, at(table));
    },
    sumRows: (image, { columns, first, rows, firstWeight, innerWeight, lastWeight }, sums) => {
      run.sumRows(at(image) + first * columns, columns, rows, firstWeight, innerWeight, lastWeight, at(sums));
    },
    averageAlongRow: (sums, columns, area, into) => {
      run.averageAlongRow(at(sums), columns, into.length, area, at(into));
    },
    filterRows: (image, rows, columns, into) => {
      run.filterRows(at(image), rows, columns, at(into));
    },
  };
}
