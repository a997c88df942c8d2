import { expect, test } from 'vitest';
import { createRandom } from './create-random.ts';
import { shuffled } from './shuffled.ts';

test('a stream depends on all of its parts and on nothing else', () => {
  const draw = (...parts: (string | number)[]): readonly number[] => {
    const random = createRandom(...parts);
    return Array.from({ length: 4 }, () => random.uniform());
  };
  expect(draw('order', 1, 2)).toEqual(draw('order', 1, 2));
  const streams = [draw('order', 1, 2), draw('order', 12), draw('order', '1', 2), draw('order', 2, 1)];
  expect(new Set(streams.map(String)).size).toBe(streams.length);
});

test('uniform, normal and whole numbers have the moments they should', () => {
  const random = createRandom('moments');
  const count = 20_000;
  const mean = (draw: () => number): number => Array.from({ length: count }, draw).reduce((sum, value) => sum + value, 0) / count;
  expect(mean(() => random.uniform())).toBeCloseTo(0.5, 1.5);
  expect(mean(() => random.normal())).toBeCloseTo(0, 1);
  expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
  const drawn = new Set(Array.from({ length: 200 }, () => random.integer(5)));
  expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('shuffled keeps every item and moves most', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const mixed = shuffled(items, createRandom('shuffle'));
  expect(mixed).not.toEqual(items);
  expect([...mixed].sort((a, b) => a - b)).toEqual(items);
});
