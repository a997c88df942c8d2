import { describe, expect, test } from 'vitest';
import { openingSide } from './opening-side.ts';
import { preparationRecipe as recipe } from './preparation-recipe.ts';
import { prepareMammogram } from './prepare-mammogram.ts';

describe('the square that removes labels', () => {
  test.each([
    [4504, 2888, 23],
    [1154, 754, 23],
    [1000, 400, 23],
    [400, 1000, 23],
    [999, 400, 5],
    [676, 433, 3],
    [512, 512, 3],
    [60, 60, 3],
  ])('of %i x %i pixels has a side of %i', (rows, columns, sidePx) => {
    expect(openingSide({ rows, columns }, recipe)).toBe(sidePx);
  });
});

/** A half disc of fat that is darker than the threshold, with strands of tissue of four pixels in ten, and skin around it. */
const strands = (x: number, y: number): number => {
  const distance = Math.hypot(x, y - 256) / 230;
  if (distance > 1) return 0;
  return distance > 0.98 || (x + 2 * y) % 10 < 4 || (2 * x - y + 1024) % 10 < 4 ? 30_000 : 1500;
};

describe('a reduced picture of a breast that is strands between dark fat', () => {
  const [rows, columns] = [512, 512];
  const data = Uint16Array.from({ length: rows * columns }, (_, at) => strands(at % columns, Math.floor(at / columns)));
  for (let y = 60; y < 90; y += 1) data.fill(65_535, y * columns + 420, y * columns + 480);

  test('keeps the breast, and its label goes', () => {
    const { image, geometry, breast } = prepareMammogram({ rows, columns, data }, recipe);
    const { crop } = geometry;
    expect((breast.areaShare * crop.rows * crop.columns) / ((Math.PI / 2) * 230 ** 2)).toBeCloseTo(1, 1);
    expect(image.data[(75 - crop.top) * image.columns + 450 - crop.left]).toBeLessThan(5);
  });

  test("would be lost by a film scan's square, all but the label", () => {
    const { breast } = prepareMammogram({ rows, columns, data }, { ...recipe, reducedBelowPx: 0 });
    expect(breast.areaShare).toBeLessThan(0.03);
  });
});
