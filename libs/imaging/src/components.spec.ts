import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packMask, unpackMask } from './bit-mask.ts';
import { drawComponents } from './draw-components.ts';
import { dropSmallComponents } from './drop-small-components.ts';
import { fillHoles } from './fill-holes.ts';
import { keepLargestContourFilled } from './keep-largest-contour-filled.ts';
import { labelComponents } from './label-components.ts';
import { maskArea } from './mask-area.ts';
import { polygonArea } from './polygon-area.ts';
import type { Mask } from './raster.ts';
import { traceOutline } from './trace-outline.ts';

/** A picture of lines: anything but a dot or a space is marked. */
function draw(...lines: readonly string[]): Mask {
  const columns = lines[0]?.length ?? 0;
  return { rows: lines.length, columns, data: Uint8Array.from(lines.join(''), (letter) => (letter === '#' ? 1 : 0)) };
}
function show({ rows, columns, data }: Mask): readonly string[] {
  return Array.from({ length: rows }, (_, y) => Array.from(data.subarray(y * columns, (y + 1) * columns), (value) => '.#'[value]).join(''));
}

const masks: fc.Arbitrary<Mask> = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), columns: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 30, max: 70 })) })
  .chain(({ rows, columns }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => ({ rows, columns, data: Uint8Array.from(values) })),
  );

function largestContourFilled(mask: Mask): Mask | undefined {
  const marks = packMask(mask);
  return keepLargestContourFilled(marks) ? unpackMask(marks) : undefined;
}
function filledHoles(mask: Mask): Mask {
  const marks = packMask(mask);
  fillHoles(marks);
  return unpackMask(marks);
}

/** Another way to the number of each pixel's component: the smallest index that reaches it. */
function floodLabels({ rows, columns, data }: Mask, connectivity: 4 | 8, value: 0 | 1): readonly number[] {
  const labels = Array.from(data, (found, index) => (found === value ? index : -1));
  for (let changed = true; changed;) {
    changed = false;
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1) {
        for (let dy = -1; dy <= 1; dy += 1) {
          for (let dx = -1; dx <= 1; dx += 1) {
            if ((connectivity === 4 && dx !== 0 && dy !== 0) || x + dx < 0 || x + dx >= columns || y + dy < 0 || y + dy >= rows) continue;
            const own = labels[y * columns + x] ?? -1;
            const other = labels[(y + dy) * columns + x + dx] ?? -1;
            if (own <= other || other === -1) continue;
            labels[y * columns + x] = other;
            changed = true;
          }
        }
      }
    }
  }
  return labels;
}

/** Set by hand to look further; a spec must not depend on the day. */
fc.configureGlobal({ seed: 1 });

describe('components', () => {
  test('are those of a flood fill, in the order of their first pixels', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom<4 | 8>(4, 8), fc.constantFrom<0 | 1>(0, 1), (mask, connectivity, value) => {
        const labels = floodLabels(mask, connectivity, value);
        const expected = [...new Set(labels)].filter((label) => label !== -1).sort((a, b) => a - b);
        const found = labelComponents(mask, connectivity, value);
        expect(found.map((component) => Array.from(drawComponents(mask.rows, mask.columns, [component]).data))).toEqual(
          expected.map((label) => labels.map((each) => (each === label ? 1 : 0))),
        );
        expect(labelComponents(packMask(mask), connectivity, value)).toEqual(found);
        for (const component of found) expect(component.areaPx).toBe(maskArea(drawComponents(mask.rows, mask.columns, [component])));
      }),
    );
  });
});

describe('outlines', () => {
  const outline = (mask: Mask): readonly number[] => traceOutline(mask, labelComponents(mask, 8)[0] ?? expect.unreachable('empty'));

  test('go clockwise through the centres of corner pixels, from the topmost, leftmost one', () => {
    expect(outline(draw('.....', '.###.', '.###.', '.....'))).toEqual([1, 1, 3, 1, 3, 2, 1, 2]);
    expect(outline(draw('..#..', '.###.', '..#..'))).toEqual([2, 0, 3, 1, 2, 2, 1, 1]);
  });

  test('of a pixel, a line and a corner that is passed twice', () => {
    expect(outline(draw('...', '.#.'))).toEqual([1, 1]);
    expect(outline(draw('.###'))).toEqual([1, 0, 3, 0]);
    expect(polygonArea(outline(draw('##..', '##..', '..##', '..##')))).toBe(2);
  });

  test('enclose their component: by Pick’s theorem the filled area is the polygon’s plus half its outline plus one', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        for (const component of labelComponents(mask, 8)) {
          const points = traceOutline(mask, component);
          expect(traceOutline(packMask(mask), component)).toEqual(points);
          const filled = maskArea(filledHoles(drawComponents(mask.rows, mask.columns, [component])));
          const steps = points.reduce((sum, x, at) => {
            if (at % 2 === 1) return sum;
            const next = (at + 2) % points.length;
            return sum + Math.max(Math.abs(x - (points[next] ?? 0)), Math.abs((points[at + 1] ?? 0) - (points[next + 1] ?? 0)));
          }, 0);
          expect(polygonArea(points) + steps / 2 + 1).toBe(filled);
        }
      }),
    );
  });
});

describe('the largest contour', () => {
  test('is filled, and pixels that touch at corners alone enclose too', () => {
    expect(show(largestContourFilled(draw('.#......', '#.#...#.', '.#......', '........')) ?? expect.unreachable('empty'))).toEqual([
      '.#......',
      '###.....',
      '.#......',
      '........',
    ]);
  });

  test('is the one that encloses most, not the one with most pixels', () => {
    expect(
      show(
        largestContourFilled(draw('####...........', '#..#.##########', '#..#...........', '####...........')) ??
          expect.unreachable('empty'),
      ),
    ).toEqual(['####...........', '####...........', '####...........', '####...........']);
  });

  test('is the lower one on a tie; there is none in an empty mask', () => {
    expect(show(largestContourFilled(draw('##...', '##...', '.....', '...##', '...##')) ?? expect.unreachable('empty'))).toEqual([
      '.....',
      '.....',
      '.....',
      '...##',
      '...##',
    ]);
    expect(largestContourFilled(draw('...', '...'))).toBeUndefined();
  });
});

test('dropSmallComponents keeps what has the area, corners connected, and everything where there is none to have', () => {
  const mask = draw('##..#.', '......', '.#...#', '#....#');
  expect(show(dropSmallComponents(mask, 2))).toEqual(['##....', '......', '.#...#', '#....#']);
  expect(show(dropSmallComponents(mask, 3))).toEqual(['......', '......', '......', '......']);
  expect(dropSmallComponents(mask, 0.3)).toEqual(mask);
});
