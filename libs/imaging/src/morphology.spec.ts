import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dilate } from './dilate.ts';
import { erode } from './erode.ts';
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

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1 });

describe('morphology by squares', () => {
  test('erosion and dilation are the minimum and the maximum around each pixel', () => {
    fc.assert(
      fc.property(masks, sides, (mask, side) => {
        expect(erode(mask, side)).toEqual(byDefinition(mask, side, 1, (values) => Math.min(...values)));
        expect(dilate(mask, side)).toEqual(byDefinition(mask, side, 0, (values) => Math.max(...values)));
      }),
    );
  });

  test('opening and one more dilation are an erosion and two dilations', () => {
    fc.assert(
      fc.property(masks, sides, (mask, side) => {
        expect(openThenDilate(mask, side)).toEqual(dilate(dilate(erode(mask, side), side), side));
      }),
    );
  });
});
