import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBitMask, unpackMask, type BitMask } from '../bit-mask.ts';
import { images16, images8, masks } from '../spec-images/random-images.ts';
import type { Mask } from '../raster.ts';
import type { Kernels } from './kernels.ts';
import { openKernels } from './open-kernels.ts';
import { createPlainKernels } from './plain-kernels.ts';
import { openSimdKernels } from './simd-kernels.ts';

const simd = openSimdKernels();
const plain = createPlainKernels();

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1, numRuns: 40 });

/** What `work` makes on the kernels of either kind, which have room for 1 MB. */
function onBoth(work: (kernels: Kernels) => unknown): void {
  const [found, expected] = [simd ?? expect.unreachable('no SIMD'), plain].map((kernels) => {
    // What was there before must not matter.
    kernels.startOver(1 << 20);
    kernels.bytes(1 << 20).fill(0xa5);
    kernels.startOver(1 << 20);
    return work(kernels);
  });
  expect(found).toEqual(expected);
}

function copyMask(mask: Mask, kernels: Kernels): BitMask {
  const copy = createBitMask(mask.rows, mask.columns, kernels);
  mask.data.forEach((value, at) => {
    const x = at % mask.columns;
    const word = Math.floor(at / mask.columns) * copy.strideWords + (x >>> 5);
    copy.words[word] = (copy.words[word] ?? 0) | (value << (x & 31));
  });
  return copy;
}
function copy16(data: Uint16Array, kernels: Kernels): Uint16Array {
  const copy = kernels.words16(data.length);
  copy.set(data);
  return copy;
}
function copy8(data: Uint8Array, kernels: Kernels): Uint8Array {
  const copy = kernels.bytes(data.length);
  copy.set(data);
  return copy;
}
const bits = ({ words }: BitMask): Uint32Array => words.slice();

/** Wide enough for blocks of 64 pixels and what is left of them. */
const sides = [1, 210] as const;

describe.skipIf(simd === undefined)('SIMD and plain kernels give the same bits (skipped where the processor has no SIMD)', () => {
  test('valueRange', () => {
    fc.assert(
      fc.property(images16(...sides), images8(...sides), ({ data: words }, { data: bytes }) => {
        onBoth((kernels) => [kernels.valueRange(copy16(words, kernels)), kernels.valueRange(copy8(bytes, kernels))]);
      }),
    );
  });

  test('markFrom, over what was there before', () => {
    fc.assert(
      fc.property(images16(...sides), fc.integer({ min: 0, max: 65_535 }), ({ rows, columns, data }, lowest) => {
        onBoth((kernels) => {
          const marks = createBitMask(rows, columns, kernels);
          marks.words.fill(0xffffffff, 0, rows * marks.strideWords);
          kernels.markFrom(copy16(data, kernels), lowest, marks);
          const ofWords = bits(marks);
          kernels.markFrom(copy8(Uint8Array.from(data), kernels), lowest & 0xff, marks);
          return [ofWords, bits(marks)];
        });
      }),
    );
  });

  test('dilateAlongRows and dilateAlongColumns, at every radius', () => {
    fc.assert(
      fc.property(masks(...sides), fc.integer({ min: 0, max: 31 }), (mask, radius) => {
        onBoth((kernels) => {
          const marks = copyMask(mask, kernels);
          kernels.dilateAlongRows(marks, radius);
          const across = bits(marks);
          kernels.dilateAlongColumns(marks, radius);
          return [across, bits(marks)];
        });
      }),
    );
  });

  test('brightestWithin and lookUpWithin', () => {
    fc.assert(
      fc.property(
        images16(...sides),
        masks(...sides),
        fc.integer({ min: 1, max: 255 }),
        ({ rows, columns, data }, { data: shape }, factor) => {
          const mask = { rows, columns, data: Uint8Array.from(data, (_, at) => shape[at % shape.length] ?? 0) };
          onBoth((kernels) => {
            const [image, marks, into] = [copy16(data, kernels), copyMask(mask, kernels), kernels.bytes(data.length)];
            const table = kernels.bytes(65_536);
            for (let value = 0; value < 65_536; value += 1) table[value] = value * factor;
            kernels.lookUpWithin(image, marks, table, into.fill(7));
            return [kernels.brightestWithin(image, marks), into.slice()];
          });
        },
      ),
    );
  });

  test('filterRows', () => {
    fc.assert(
      fc.property(images8(...sides), ({ rows, columns, data }) => {
        onBoth((kernels) => {
          const into = kernels.bytes(rows * (columns + 1));
          kernels.filterRows(copy8(Uint8Array.of(...data.subarray(0, columns), ...data), kernels), rows, columns, into);
          return into.slice();
        });
      }),
    );
  });

  test('mirrorRows', () => {
    fc.assert(
      fc.property(images8(...sides), ({ rows, columns, data }) => {
        onBoth((kernels) => {
          const image = copy8(data, kernels);
          kernels.mirrorRows(image, rows, columns);
          return image.slice();
        });
      }),
    );
  });

  test('countValues', () => {
    fc.assert(
      fc.property(images8(...sides), fc.nat(), fc.nat(), ({ rows, columns, data }, from, to) => {
        const left = from % columns;
        onBoth((kernels) => {
          const counts = kernels.words32(256).fill(3);
          const rowsOf = kernels.words32(5).map((_, at) => (at * 7) % rows);
          const named = kernels.words32(5);
          named.set(rowsOf);
          const part = { columns, left, width: (to % (columns - left)) + 1, rowsOf: named };
          kernels.countValues(copy8(data, kernels), part, counts, kernels.words32(1024));
          return counts.slice();
        });
      }),
    );
  });

  test('interpolateTables', () => {
    fc.assert(
      fc.property(images8(...sides), fc.nat(), fc.boolean(), ({ rows, columns, data }, seed, areAlike) => {
        onBoth((kernels) => {
          const packed = kernels.words32(2 * 3 * 256);
          for (let at = 0; at < packed.length; at += 1)
            packed[at] = areAlike ? (at & 0xff) * 0x01010101 : Math.imul(at + seed, 2_654_435_761);
          const starts = kernels.words32(4);
          starts.set([0, Math.floor(columns / 5), Math.floor(columns / 2), columns]);
          const weights = (length: number, parts: number) => {
            const [first, second] = [kernels.singles(length), kernels.singles(length)];
            for (let at = 0; at < length; at += 1) {
              second[at] = ((at + seed) % parts) / parts;
              first[at] = 1 - (second[at] ?? 0);
            }
            return [first, second] as const;
          };
          // Of tenths and twentieths many mixtures are halves, where the rounding of every product decides.
          const [leftWeights, rightWeights] = weights(columns, 10);
          const [upperWeights, lowerWeights] = weights(rows, 20);
          const placesDown = kernels.words32(rows);
          for (let y = 0; y < rows; y += 1) placesDown[y] = y % 2;
          const image = copy8(data, kernels);
          const grid = { packed, starts, leftWeights, rightWeights, placesDown, upperWeights, lowerWeights };
          kernels.interpolateTables(image, columns, grid);
          return image.slice();
        });
      }),
    );
  });

  test('lookUpBytes', () => {
    fc.assert(
      fc.property(images8(...sides), fc.nat(), ({ data }, seed) => {
        onBoth((kernels) => {
          const table = kernels.bytes(256);
          for (let value = 0; value < 256; value += 1) table[value] = Math.imul(value + seed, 2_654_435_761) >>> 24;
          const image = copy8(data, kernels);
          kernels.lookUpBytes(image, table);
          return image.slice();
        });
      }),
    );
  });

  test('sumRows and averageAlongRow', () => {
    fc.assert(
      fc.property(images8(...sides), fc.integer({ min: 1, max: 300 }), fc.nat(), ({ rows, columns, data }, toColumns, from) => {
        const first = from % rows;
        const weights = { firstWeight: 37, innerWeight: 512, lastWeight: 201 };
        onBoth((kernels) => {
          const [sums, to] = [kernels.words32(columns), kernels.bytes(toColumns)];
          kernels.sumRows(copy8(data, kernels), { columns, first, rows: rows - first, ...weights }, sums);
          const area = columns * (weights.firstWeight + weights.lastWeight + weights.innerWeight * rows);
          kernels.averageAlongRow(sums, columns, area, to);
          return [sums.slice(), to.slice()];
        });
      }),
    );
  });

  test('sums of more rows than 16 bits hold', () => {
    onBoth((kernels) => {
      const sums = kernels.words32(9);
      kernels.sumRows(
        kernels.bytes(9 * 700).fill(255),
        { columns: 9, first: 0, rows: 700, firstWeight: 1, innerWeight: 3, lastWeight: 2 },
        sums,
      );
      return sums.slice();
    });
  });

  test('what lies outside the memory or was given up is refused', () => {
    const kernels = simd ?? expect.unreachable('no SIMD');
    expect(() => kernels.valueRange(new Uint16Array(4))).toThrow('pixels outside their memory');
    kernels.startOver(65_536);
    const old = kernels.words16(9);
    kernels.startOver(65_536);
    expect(() => kernels.valueRange(old)).toThrow('pixels outside their memory');
    expect(() => kernels.bytes(1 << 30)).toThrow('found no room for 1073741824 bytes');
  });
});

test('the kernels are those of SIMD where the processor has it', () => {
  expect(openKernels().name).toBe(simd === undefined ? 'plain' : 'simd');
  expect(unpackMask(createBitMask(2, 3))).toEqual({ rows: 2, columns: 3, data: new Uint8Array(6) });
});
