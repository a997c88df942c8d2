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
    const augmentation = { ...recipes.compact.augmentation, widest, wholeShare: 0, scale };
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

test('a share of the squares shows the image whole, its middle where theirs is', () => {
  const augmentation = { ...recipes.compact.augmentation, widest: 1, wholeShare: 0.5, scale: 0, shift: 0, rotationDegrees: 0 };
  const drawn = Array.from({ length: 200 }, (_, draw) =>
    drawAffine(example, augmentation, { sidePx: 32, aroundLesion: true }, createRandom('whole', draw)),
  );
  const whole = drawn.filter(([a]) => Math.abs(a) === 2);
  expect(whole.length).toBeGreaterThan(70);
  expect(whole.length).toBeLessThan(130);
  for (const [a, b, x, c, d, y] of whole) {
    expect(a * 15.5 + b * 15.5 + x).toBeCloseTo(31.5, 10);
    expect(c * 15.5 + d * 15.5 + y).toBeCloseTo(31.5, 10);
  }
});

test('with `widest` at 1 nothing but the scale enlarges or makes smaller', () => {
  for (const step of stepsOf(1, 0)) expect(step).toBeCloseTo(1, 12);
  for (const step of stepsOf(1, 0.25)) {
    expect(step).toBeGreaterThanOrEqual(1 / 1.25 - 1e-9);
    expect(step).toBeLessThanOrEqual(1 / 0.75 + 1e-9);
  }
});
