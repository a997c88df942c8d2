import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packMask, unpackMask, type BitMask } from './bit-mask.ts';
import { dilate } from './dilate.ts';
import { erode } from './erode.ts';
import { createPlainKernels } from './kernels/plain-kernels.ts';
import type { Kernels } from './kernels/kernels.ts';
import { openThenDilate } from './open-then-dilate.ts';
import type { Mask } from './raster.ts';

const masks: fc.Arbitrary<Mask> = fc
  .record({ rows: fc.integer({ min: 1, max: 14 }), columns: fc.integer({ min: 1, max: 14 }) })
  .chain(({ rows, columns }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => ({ rows, columns, data: Uint8Array.from(values) })),
  );
const sides = fc.constantFrom(1, 3, 5, 7, 23);

/** The definition: the extreme of the square around each pixel, `outside` beyond the edges. */
function byDefinition({ rows, columns, data }: Mask, side: number, outside: number, extreme: (values: readonly number[]) => number): Mask {
  const radius = (side - 1) / 2;
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= columns || y >= rows ? outside : (data[y * columns + x] ?? outside));
  const result = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const values: number[] = [];
      for (let dy = -radius; dy <= radius; dy += 1) for (let dx = -radius; dx <= radius; dx += 1) values.push(at(x + dx, y + dy));
      result[y * columns + x] = extreme(values);
    }
  }
  return { rows, columns, data: result };
}

const kernels = createPlainKernels();
/** The mask after a change that is made in place. */
function after(mask: Mask, side: number, ...changes: readonly ((marks: BitMask, side: number, kernels: Kernels) => void)[]): Mask {
  const marks = packMask(mask);
  for (const change of changes) change(marks, side, kernels);
  return unpackMask(marks);
}

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1 });

describe('morphology by squares', () => {
  test('erosion and dilation are the minimum and the maximum around each pixel', () => {
    fc.assert(
      fc.property(masks, sides, (mask, side) => {
        expect(after(mask, side, erode)).toEqual(byDefinition(mask, side, 1, (values) => Math.min(...values)));
        expect(after(mask, side, dilate)).toEqual(byDefinition(mask, side, 0, (values) => Math.max(...values)));
      }),
    );
  });

  test('opening and one more dilation are an erosion and two dilations', () => {
    fc.assert(
      fc.property(masks, sides, (mask, side) => {
        expect(after(mask, side, openThenDilate)).toEqual(after(mask, side, erode, dilate, dilate));
      }),
    );
  });

  test('a square that is even or too wide is refused', () => {
    for (const side of [2, 65, -1]) {
      expect(() => {
        dilate(packMask({ rows: 1, columns: 1, data: Uint8Array.of(1) }), side, kernels);
      }).toThrow(`found a square of ${String(side)} pixels`);
    }
  });
});
