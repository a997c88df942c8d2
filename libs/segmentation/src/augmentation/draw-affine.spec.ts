import { expect, test } from 'vitest';
import { createRandom } from '../random/create-random.ts';
import { recipes } from '../recipes/recipes.ts';
import { drawAffine } from './draw-affine.ts';

const side = 64;
const example = {
  image: { rows: side, columns: side, data: new Uint8Array(side * side).fill(200) },
  mask: { rows: side, columns: side, data: new Uint8Array(side * side) },
};
/** How many pixels of the image lie under one of the square. */
const stepsOf = (widest: number, scale: number): readonly number[] =>
  Array.from({ length: 200 }, (_, draw) => {
    const augmentation = { ...recipes.compact.augmentation, widest, scale };
    const [a, , , c] = drawAffine(example, augmentation, { sidePx: 32, aroundLesion: false }, createRandom('step', draw));
    return Math.hypot(a, c);
  });

test('a square shows as much as one of up to `widest` times its side, as often less than the middle of that as more', () => {
  const steps = stepsOf(2, 0);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...steps)).toBeLessThanOrEqual(2);
  expect(steps.filter((step) => step < Math.SQRT2).length).toBeGreaterThan(70);
  expect(steps.filter((step) => step > Math.SQRT2).length).toBeGreaterThan(70);
});

test('with `widest` at 1 nothing but the scale enlarges or makes smaller', () => {
  for (const step of stepsOf(1, 0)) expect(step).toBeCloseTo(1, 12);
  for (const step of stepsOf(1, 0.25)) {
    expect(step).toBeGreaterThanOrEqual(1 / 1.25 - 1e-9);
    expect(step).toBeLessThanOrEqual(1 / 0.75 + 1e-9);
  }
});
