import type { RasterF32 } from '@mammoline/imaging';
import { expect, test } from 'vitest';
import { deviationOfMaps } from './deviation-of-maps.ts';
import { disagreementOfMaps } from './disagreement-of-maps.ts';
import { meanOfMaps } from './mean-of-maps.ts';

const map = (...data: number[]): RasterF32 => ({ rows: 1, columns: data.length, data: Float32Array.from(data) });
const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 6) as number);

test('mean and standard deviation, by hand', () => {
  const maps = [map(0, 1, 0.2), map(1, 1, 0.4), map(0, 1, 0.6), map(1, 1, 0.8)];
  const mean = meanOfMaps(maps);
  expect([...mean.data]).toEqual(close(0.5, 1, 0.5));
  expect([...deviationOfMaps(maps, mean).data]).toEqual(close(0.5, 0, Math.sqrt(0.05)));
  expect(() => meanOfMaps([])).toThrow(/no map/);
});

test('disagreement is 0 of equal maps, also of empty ones, and large of maps that mark different places', () => {
  const of = (...maps: RasterF32[]): number => disagreementOfMaps(maps, meanOfMaps(maps));
  expect(of(map(0.9, 0), map(0.9, 0))).toBe(0);
  expect(of(map(0, 0), map(0, 0))).toBe(0);
  // Each is half of the mean apart from it: |1 - .5| + |0 - .5| of (1 + .5) + (0 + .5).
  expect(of(map(1, 0), map(0, 1))).toBeCloseTo(0.5, 9);
  expect(of(map(1, 0), map(0.8, 0))).toBeLessThan(of(map(1, 0), map(0.2, 0)));
  const apart = Array.from({ length: 10 }, (_, at) => map(...Array.from({ length: 10 }, (_, pixel) => (pixel === at ? 1 : 0))));
  expect(of(...apart)).toBeCloseTo(0.9, 6);
});
